import Delivery
import Discovery
import Foundation
import RemoteWriteProtocol
import Scraping
import Settings
import Transport

/// Fits the HTTP transport to what scraping and delivery ask for.
extension HTTPTransport {
  static let userAgent = "Godwit/\(BuildInformation.version)"

  /// Without a `body_size_limit` a page still has a bound: what nobody could mean to expose.
  static let pageBytesMax = 1 << 30

  /// Fetches pages for scrapes: any answer but 200 is a failure.
  func pageSource() -> PageSource {
    { [self] request in
      let limit = request.settings.limits.bodyBytes
      let timeout = request.timeout
      let pageForm = form(
        of: HTTPRequest(url: request.url, headers: request.headers + [("User-Agent", Self.userAgent)]),
        settings: request.settings.http)
      return { [self] in
        do throws(TransportError) {
          let response = try await fetch(
            pageForm, timeout: timeout, bodyBytesMax: limit > 0 ? limit : Self.pageBytesMax, bodyOverflow: .fail)
          guard response.status == 200 else {
            return .failure(ScrapeFailure(.answer, "the target answered with status \(response.status), not 200"))
          }
          return .success(FetchedPage(body: response.body, contentType: response.header("Content-Type")))
        } catch {
          let code: ScrapeFailure.Code = error.code == .bodyTooLarge ? .bodyLimit : .unreachable
          return .failure(ScrapeFailure(code, error.description))
        }
      }
    }
  }

  /// Asks servers for targets.
  func discoveryFetcher() -> HTTPDiscovery.Fetch {
    { [self] url, settings, headers, timeout in
      do throws(TransportError) {
        let response = try await fetch(
          HTTPRequest(url: url, headers: headers + [("User-Agent", Self.userAgent)]), settings: settings,
          timeout: timeout, bodyBytesMax: HTTPDiscovery.bodyBytesMax, bodyOverflow: .fail)
        return .success(
          DiscoveryAnswer(
            status: response.status, contentType: response.header("Content-Type"), body: response.body))
      } catch {
        return .failure(DiscoveryFailure(error.description))
      }
    }
  }

  /// What a request to an endpoint says beside its body: the headers of the configuration, which hold none that is
  /// reserved, and those of the protocol.
  static func headers(of request: OutgoingRequest, to endpoint: EndpointSettings) -> [(name: String, value: String)] {
    endpoint.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + request.headers
      + [("User-Agent", userAgent)]
  }

  /// Posts requests to one endpoint.
  func courier(to endpoint: EndpointSettings) -> Courier {
    let makeForm: @Sendable (OutgoingRequest) -> RequestForm = { [self] request in
      form(
        of: HTTPRequest(method: "POST", url: endpoint.url, headers: Self.headers(of: request, to: endpoint)),
        settings: endpoint.http)
    }
    // A request that was sent before says so, and is made anew.
    let v1 = makeForm(OutgoingRequest(version: .v1, body: [], earlierAttempts: 0))
    let v2 = makeForm(OutgoingRequest(version: .v2, body: [], earlierAttempts: 0))
    return { [self] request in
      let ready = request.version == .v1 ? v1 : v2
      do throws(TransportError) {
        let response = try await fetch(
          request.earlierAttempts == 0 ? ready : makeForm(request), body: request.body, timeout: endpoint.timeout,
          bodyBytesMax: WriteResponse.bodyPrefixMax, bodyOverflow: .truncate)
        return .answered(
          WriteResponse(
            status: response.status, bodyPrefix: response.body[...],
            receivedAtSeconds: Int64(Date().timeIntervalSince1970), header: { response.header($0) }))
      } catch {
        return .unreachable(error.description)
      }
    }
  }
}
