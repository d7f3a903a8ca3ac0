/// Takes write requests: reads them, has what is good of them written, says what to answer. Everything but HTTP.
///
///     let intake = WriteIntake(limits: IntakeLimits(), store: log)
///     let answer = await intake.answer(body, headers)     // 204, 400 with counts, 415, 429 …
///
/// Requests are decoded by whoever asks, side by side and without a lock.
public struct WriteIntake<Store: WriteStore>: Sendable {
  public let reader: RequestReader
  public let store: Store

  public init(limits: IntakeLimits, store: Store) {
    reader = RequestReader(limits)
    self.store = store
  }

  /// - Parameter body: as it came, compressed.
  public func answer(_ body: [UInt8], _ headers: WriteHeaders) -> WriteAnswer {
    switch reader.open(body, headers) {
    case .failure(let refusal):
      store.noteUnread(refusal)
      return refusal.answer
    case .success(let message):
      return answer(message)
    }
  }

  private func answer(_ message: OpenedMessage) -> WriteAnswer {
    let recognition = store.recognise(message)
    defer { if let recognition { store.end(recognition) } }
    switch reader.read(message, recognition) {
    case .failure(let refusal):
      store.noteUnread(refusal)
      return refusal.answer
    case .success(let request):
      return WriteAnswer(to: request, store.take(request))
    }
  }
}
