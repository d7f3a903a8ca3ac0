/// A row of blocks, one for each number, as high as the number is beside the greatest.
enum Sparkline {
  private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// The last `width` numbers; shorter when there are fewer. Zero is the lowest block.
  static func text(_ numbers: [UInt64], width: Int) -> String {
    let shown = numbers.suffix(max(0, width))
    guard let greatest = shown.max(), greatest > 0 else { return String(repeating: blocks[0], count: shown.count) }
    return String(
      shown.map { number in
        let part = Double(number) / Double(greatest) * Double(blocks.count - 1)
        return blocks[Int(part.rounded())]
      })
  }
}
