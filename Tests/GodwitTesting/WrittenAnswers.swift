/// Answers of HTTP/1.1 servers as they go over the wire, with each way of saying where the body ends.
public enum WrittenAnswers {
  public static let all = [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type:text/plain \r\n\r\nup 1\n",
    "HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\nmore",
    "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
      + "HTTP/1.0 404 No\r\nConnection: Keep-Alive\r\ncontent-length: 2\r\n\r\nnoHTTP",
    "HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n",
    "HTTP/1.1 200 OK\r\nConnection: x, close\r\n\r\nto the end",
    "HTTP/1.1 304 \r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX:\r\n\r\n",
  ]
}
