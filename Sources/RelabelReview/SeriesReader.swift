import Exposition
import Foundation
import MetricModel
import RemoteWriteProtocol

/// Reads an input from its beginning, block by block.
struct SeriesReader {
  /// Bytes of lines in a block, about: some thousands of series.
  private static let blockBytes = 1 << 20
  /// A line beyond this is no line of labels.
  private static let lineBytesMax = 64 << 20
  /// Series of a page or request in a block.
  private static let blockSeries = 8192
  /// What a request may stand for, decompressed.
  private static let requestBytesMax = 1 << 30

  private let input: SeriesInput
  private var source: Source
  private var blockIndex = 0
  private var nextLine = 1
  /// How many bytes of the input were read.
  private(set) var bytesRead: UInt64 = 0

  private enum Source {
    case file(FileHandle, leftover: [UInt8])
    case lines([UInt8], position: Int)
    case page(ExpositionParser)
    case request(DecodedWriteRequest, position: Int)
    case end
  }

  init(_ input: SeriesInput) throws {
    self.input = input
    switch (input.content, input.form) {
    case (.file(let path), _): source = .file(try SeriesInput.handle(path), leftover: [])
    case (.bytes(let bytes), .labelObjects), (.bytes(let bytes), .notation): source = .lines(bytes, position: 0)
    case (.bytes(let bytes), .page): source = .page(ExpositionParser(bytes, format: Self.format(of: bytes)))
    case (.bytes(let bytes), .request):
      source = .request(try Self.request(bytes, named: input.name), position: 0)
    }
  }

  /// The next block, or nil at the end.
  mutating func next() throws -> SeriesBlock? {
    let firstLine = nextLine
    let content: SeriesBlock.Content
    switch source {
    case .end: return nil
    case .file(let handle, let leftover):
      source = .end
      guard let bytes = try lines(of: handle, behind: leftover) else { return nil }
      content = .lines(bytes, input.form)
    case .lines(let bytes, let position):
      guard position < bytes.count else { return nil }
      var end = min(position + Self.blockBytes, bytes.count)
      end = bytes[end...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
      source = .lines(bytes, position: end)
      bytesRead = UInt64(end)
      count(linesOf: bytes[position..<end])
      content = .lines(Array(bytes[position..<end]), input.form)
    case .page(let parser):
      source = .end
      guard let block = page(parser) else { return nil }
      content = block
    case .request(let request, let position):
      guard position < request.series.count else { return nil }
      let end = min(position + Self.blockSeries, request.series.count)
      source = .request(request, position: end)
      bytesRead = input.byteCount
      content = .series(request.series[position..<end].map(\.labels.labelSet), firstFlaw: nil)
    }
    defer { blockIndex += 1 }
    return SeriesBlock(index: blockIndex, firstLine: firstLine, content: content)
  }

  // MARK: - Lines

  /// Whole lines, as many as a piece of the file holds; nil at the end.
  private mutating func lines(of handle: FileHandle, behind leftover: [UInt8]) throws -> [UInt8]? {
    var bytes = leftover
    while true {
      let piece: Data
      do {
        piece = try handle.read(upToCount: Self.blockBytes) ?? Data()
      } catch {
        throw RelabelReviewError.unreadable(path: input.name, reason: SeriesInput.reason(error))
      }
      bytesRead += UInt64(piece.count)
      if piece.isEmpty {
        try? handle.close()
        return bytes.isEmpty ? nil : bytes
      }
      bytes.append(contentsOf: piece)
      if let last = bytes.lastIndex(of: UInt8(ascii: "\n")) {
        source = .file(handle, leftover: Array(bytes[(last + 1)...]))
        bytes.removeSubrange((last + 1)...)
        count(linesOf: bytes[...])
        return bytes
      }
      guard bytes.count <= Self.lineBytesMax else {
        throw RelabelReviewError.notSeries(
          name: input.name, reason: "line \(nextLine) has more than \(Self.lineBytesMax >> 20) MiB")
      }
    }
  }

  private mutating func count(linesOf bytes: ArraySlice<UInt8>) {
    for byte in bytes where byte == UInt8(ascii: "\n") { nextLine += 1 }
  }

  // MARK: - Pages and requests

  /// A page is OpenMetrics if it ends as only that does.
  private static func format(of bytes: [UInt8]) -> ExpositionFormat {
    bytes.suffix(7).elementsEqual("# EOF\n\n".utf8) || bytes.suffix(6).elementsEqual("# EOF\n".utf8)
      || bytes.suffix(5).elementsEqual("# EOF".utf8) ? .openMetrics : .prometheusText
  }

  private mutating func page(_ parser: ExpositionParser) -> SeriesBlock.Content? {
    var parser = parser
    var sets: [LabelSet] = []
    do throws(ExpositionError) {
      while sets.count < Self.blockSeries {
        guard let entry = try parser.next() else {
          bytesRead = input.byteCount
          return sets.isEmpty ? nil : .series(sets, firstFlaw: nil)
        }
        guard entry == .series else { continue }
        var labels = LabelSet()
        guard parser.labels(into: &labels) else {
          let line = parser.body[..<parser.seriesText.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
          let flaw = SeriesFlaw(line: line, message: "a label stands twice or has no name", endsReading: true)
          return .series(sets, firstFlaw: flaw)
        }
        sets.append(labels)
      }
    } catch {
      return .series(sets, firstFlaw: SeriesFlaw(line: error.line, message: error.message, endsReading: true))
    }
    bytesRead = UInt64(parser.cursor)
    source = .page(parser)
    return .series(sets, firstFlaw: nil)
  }

  private static func request(_ bytes: [UInt8], named name: String) throws -> DecodedWriteRequest {
    var body: [UInt8] = []
    do throws(Snappy.DecompressionError) {
      try Snappy.decompress(bytes[...], into: &body, maximum: requestBytesMax)
    } catch {
      throw RelabelReviewError.notSeries(name: name, reason: error.description)
    }
    // The two messages share no field for series, so the wrong reading of either finds none.
    let readings = WriteMessageVersion.allCases.map { version in
      Result { () throws(DecodingError) in try DecodedWriteRequest(decoding: body, version: version) }
    }
    for case .success(let request) in readings where !request.series.isEmpty { return request }
    switch readings[0] {
    case .success(let request): return request
    case .failure(let error): throw RelabelReviewError.notSeries(name: name, reason: error.description)
    }
  }
}
