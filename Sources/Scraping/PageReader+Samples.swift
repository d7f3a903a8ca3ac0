import MetricModel

/// Samples of lines that have their series: which of them the batch gets, and when they were.
extension PageReader {
  /// What the batch may have of a line.
  struct Admission {
    var series: SeriesID
    var timestampMs: Int64
    /// The entry that stands for the series.
    var line: UInt32
  }

  /// Takes the float of a line. The parser stays behind: it is big, and would be copied.
  ///
  /// - Returns: whether the sample is in the batch.
  @inline(__always)
  mutating func take(
    _ line: UInt32, _ value: Double, _ shownTimestamp: Int64?, startMs: Int64 = 0, _ timeMs: Int64,
    _ batch: inout SampleBatch, _ summary: inout PageSummary
  ) -> Bool {
    let entry = lines.entries[Int(line)]
    // Nearly every line: a float at the scrape's time, as on the page before. It is what admit(…) would say.
    if startMs == 0, shownTimestamp == nil, entry.marks == .steady, lines.see(line) {
      summary.scraped += 1
      summary.afterRelabeling += 1
      batch.append(SeriesID(rawValue: lines.series[line]), timestampMs: timeMs, value: value)
      return true
    }
    return takeUnusual(line, value, shownTimestamp, startMs: startMs, timeMs, &batch, &summary)
  }

  @inline(never)
  private mutating func takeUnusual(
    _ line: UInt32, _ value: Double, _ shownTimestamp: Int64?, startMs: Int64, _ timeMs: Int64,
    _ batch: inout SampleBatch, _ summary: inout PageSummary
  ) -> Bool {
    guard let sample = admit(line, shownTimestamp, [], timeMs, &summary) else { return false }
    enroll(sample, in: &batch)
    if startMs != 0 {
      batch.append(sample.series, timestampMs: sample.timestampMs, value: value, startTimestampMs: startMs)
    } else {
      batch.append(sample.series, timestampMs: sample.timestampMs, value: value)
    }
    return true
  }

  /// Decides about a line's sample and notes what the page shows of the line.
  ///
  /// - Parameter kind: empty for floats, else the marks of a histogram's kind.
  /// - Returns: nil if the sample is not for the batch.
  mutating func admit(
    _ line: UInt32, _ shownTimestamp: Int64?, _ kind: LineCache.Marks, _ timeMs: Int64, _ summary: inout PageSummary
  ) -> Admission? {
    summary.scraped += 1
    var line = line
    var entry = lines.entries[Int(line)]
    if entry.isAlias {
      see(line, entry)
      line = lines.series[line]
      entry = lines.entries[Int(line)]
    }
    if entry.isDropped {
      see(line, entry)
      return nil
    }
    summary.afterRelabeling += 1
    let ownTimestamp = honorsTimestamps ? shownTimestamp : nil
    let isFirst = !lines.isSeen(line)
    if isFirst && !entry.isEstablished { summary.seriesAdded += 1 }
    if ownTimestamp != nil || entry.bringsTimestamps {
      return admitTimestamped(line, ownTimestamp, kind, timeMs, &summary)
    }
    guard isFirst else {
      summary.duplicates += 1
      return nil
    }
    see(line, entry, tracked: true, kind)
    return Admission(series: SeriesID(rawValue: lines.series[line]), timestampMs: timeMs, line: line)
  }

  /// Decides about a line that brings, or has brought, a timestamp of its own: only there time can go backwards.
  @inline(never)
  private mutating func admitTimestamped(
    _ line: UInt32, _ ownTimestamp: Int64?, _ kind: LineCache.Marks, _ timeMs: Int64, _ summary: inout PageSummary
  ) -> Admission? {
    let entry = lines.entries[Int(line)]
    let isFirst = !lines.isSeen(line)
    let timestamp = ownTimestamp ?? timeMs
    let isOutOfBounds = timestamp > timeMs.addingSaturating(Self.futureMsMax)
    let newest = newestMs[line] ?? (!isFirst ? timeMs : entry.isEstablished ? plainNewestMs : .min)
    let isTracked = !isOutOfBounds && (ownTimestamp == nil || tracksOwnTimestamps)
    var marked = entry
    marked.marks.insert(.bringsTimestamps)
    let isRefused = isOutOfBounds || timestamp <= newest
    // The kind stays that of the last sample taken.
    let before = isFirst ? entry.marks.intersection(.kinds) : entry.marks.shown
    see(line, marked, tracked: isTracked || !isFirst && entry.isTracked, isRefused ? before : kind)
    // Also without a sample: from now on the line's time is known by itself.
    if isRefused {
      isWhole = false
      newestMs.set(newest, for: line)
      if isOutOfBounds {
        summary.outOfBounds += 1
      } else if timestamp < newest {
        summary.outOfOrder += 1
      } else if ownTimestamp == nil {
        summary.duplicates += 1
      }
      return nil
    }
    newestMs.set(timestamp, for: line)
    return Admission(series: SeriesID(rawValue: lines.series[line]), timestampMs: timestamp, line: line)
  }

  /// Notes in the batch's roster that a line is not active so far.
  func enroll(_ sample: Admission, in batch: inout SampleBatch) {
    if !lines.entries[Int(sample.line)].isActive { batch.roster?.add(sample.series) }
  }

  /// Notes that the page has the line.
  mutating func see(
    _ line: UInt32, _ entry: LineCache.Entry, tracked isTracked: Bool = false, _ kind: LineCache.Marks = []
  ) {
    var marks = entry.marks.subtracting(.shownKinds).union(kind.asShown)
    if isTracked { marks.insert(.tracked) } else { marks.remove(.tracked) }
    if !entry.isEstablished || entry.isActive != isTracked || entry.marks.intersection(.kinds) != kind {
      changedLines.append(line)
    }
    lines.see(line)
    lines.setMarks(line, marks)
  }

  /// Attaches an exemplar to the sample appended last, which is the line's.
  mutating func attach(_ exemplar: Exemplar?, of line: UInt32, to batch: inout SampleBatch) {
    let owner = lines.entries[Int(line)].isAlias ? lines.series[line] : line
    guard var exemplar, exemplar != lastExemplars[owner] else { return }
    lastExemplars.set(exemplar, for: owner)
    // Remote Write 2.0 wants a timestamp on each exemplar; without one of its own it was seen at this sample's.
    exemplar.timestampMs = exemplar.timestampMs ?? batch.timestampsMs.last
    batch.attach(exemplar)
  }
}
