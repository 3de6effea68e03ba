import Domain

/// RFC 3339 times, as the JSON of topics and HTTP carries them.
public enum ISO8601 {
    /// Appends for example `2026-11-23T01:02:03.000456Z` (27 bytes), always UTC and with microseconds. The instant must
    /// lie in the years 1 to 9999.
    public static func append(_ instant: Instant, to bytes: inout [UInt8]) {
        let seconds = instant.seconds
        let micros = instant.microseconds - seconds * 1_000_000
        let day = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
        let ofDay = seconds - day * 86_400
        let date = CivilDate(daysSince1970: Int32(day))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 27) { text in
            write(Int64(date.year), to: text, 0..<4)
            text[4] = UInt8(ascii: "-")
            write(Int64(date.month), to: text, 5..<7)
            text[7] = UInt8(ascii: "-")
            write(Int64(date.day), to: text, 8..<10)
            text[10] = UInt8(ascii: "T")
            write(ofDay / 3_600, to: text, 11..<13)
            text[13] = UInt8(ascii: ":")
            write(ofDay / 60 % 60, to: text, 14..<16)
            text[16] = UInt8(ascii: ":")
            write(ofDay % 60, to: text, 17..<19)
            text[19] = UInt8(ascii: ".")
            write(micros, to: text, 20..<26)
            text[26] = UInt8(ascii: "Z")
            bytes.append(contentsOf: text)
        }
    }

    public static func format(_ instant: Instant) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        append(instant, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads `2026-11-23T01:02:03[.fraction](Z|±hh:mm)`; nil for anything else, also for a time without a zone, and for
    /// one that its zone moves out of the years 1 to 9999, since no text could say it in UTC.
    @inlinable
    public static func parse(_ text: some Collection<UInt8>) -> Instant? {
        text.withContiguousStorageIfAvailable { parse($0) } ?? Array(text).withUnsafeBufferPointer { parse($0) }
    }

    public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Instant? {
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]),
            let date = CivilDate(year: Int32(year), month: Int32(month), day: Int32(day)),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var at = 19
        var micros: Int64 = 0
        if bytes[at] == UInt8(ascii: ".") {
            at += 1
            var scale: Int64 = 100_000
            let first = at
            while at < bytes.count, let digit = number(bytes[at...at]) {
                micros += digit * scale
                scale /= 10
                at += 1
            }
            guard at > first else { return nil }
        }
        guard at < bytes.count else { return nil }
        var offset: Int64 = 0
        switch bytes[at] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            guard at + 1 == bytes.count else { return nil }
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard bytes.count == at + 6, bytes[at + 3] == UInt8(ascii: ":"),
                let hours = number(bytes[(at + 1)...(at + 2)]), let minutes = number(bytes[(at + 4)...(at + 5)]),
                hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (bytes[at] == UInt8(ascii: "-") ? -1 : 1)
        default:
            return nil
        }
        let seconds = Int64(date.daysSince1970) * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60
        guard years.contains(seconds) else { return nil }
        return Instant(microseconds: seconds * 1_000_000 + micros)
    }

    /// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z, in seconds since 1970.
    private static let years: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// Fills the places with the number's digits.
    @inline(__always)
    private static func write(_ value: Int64, to text: UnsafeMutableBufferPointer<UInt8>, _ places: Range<Int>) {
        Digits.write(value.magnitude, endingAt: places.upperBound, in: places.count...places.count, to: text)
    }
}
