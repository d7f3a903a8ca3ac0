import Logging
import Synchronization

/// Keeps the last warning for the view to show, where lines of a log would tear the picture; and after a warning what
/// follows, so that it also says when all is well again.
final class NoticeBoard: Sendable {
  private let notice = Mutex<String?>(nil)

  var last: String? { notice.withLock { $0 } }

  var logger: Logger { Logger(label: "godwit") { _ in Handler(board: self) } }

  fileprivate func post(_ text: String, isWarning: Bool) {
    notice.withLock { notice in if isWarning || notice != nil { notice = text } }
  }

  private struct Handler: LogHandler {
    let board: NoticeBoard
    var logLevel = Logger.Level.notice
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(board: NoticeBoard) { self.board = board }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      board.post(event.message.description, isWarning: event.level >= .warning)
    }
  }
}
