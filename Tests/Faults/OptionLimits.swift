import ArgumentParser

/// Refuses what an option cannot be, before anything is started for it.
enum OptionLimits {
    /// Seeds follow each other: there is room after the first.
    static let firstSeed: ClosedRange<UInt64> = 0...1 << 62
    static let seeds = 1...1_000_000_000

    /// - Parameters:
    ///   - value: nil: the option was not given.
    ///   - remedy: what to do instead.
    static func require<Value: BinaryInteger>(
        _ option: String, _ value: Value?, in limits: ClosedRange<Value>, remedy: String
    ) throws {
        guard let value, !limits.contains(value) else { return }
        throw ValidationError(
            "\(option) takes a whole number from \(limits.lowerBound) to \(limits.upperBound), found \(value): \(remedy)")
    }

    /// Also no number at all is a number to who reads "nan".
    static func requireMinutes(_ minutes: Double?, remedy: String) throws {
        guard let minutes, !(minutes > 0 && minutes <= 1_000_000) else { return }
        throw ValidationError("--minutes takes a number above 0, at most 1000000, found \(minutes): \(remedy)")
    }
}
