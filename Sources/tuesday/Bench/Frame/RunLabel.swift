/// Tells the submissions of one run from those of any other, on a broker and in a database that keep them.
enum RunLabel {
    static func make(_ name: String) -> String {
        "\(name)-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    }
}
