/// Writes JSON (RFC 8259) into bytes, without building a tree first.
enum JSONText {
    /// Appends a quoted string; control characters, quotes and backslashes are escaped, the rest is UTF-8 as it is.
    @inline(__always)
    static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { buffer in
            // Runs without anything to escape are copied whole.
            var start = 0
            for index in buffer.indices {
                let byte = buffer[index]
                if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != 0x7F { continue }
                bytes.append(contentsOf: buffer[start..<index])
                appendEscaped(byte, to: &bytes)
                start = index + 1
            }
            bytes.append(contentsOf: buffer[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends text that needs no escaping: names, numbers, punctuation.
    @inline(__always)
    static func appendRaw(_ text: StaticString, to bytes: inout [UInt8]) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private static func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): appendRaw("\\\"", to: &bytes)
        case UInt8(ascii: "\\"): appendRaw("\\\\", to: &bytes)
        case UInt8(ascii: "\n"): appendRaw("\\n", to: &bytes)
        case UInt8(ascii: "\r"): appendRaw("\\r", to: &bytes)
        case UInt8(ascii: "\t"): appendRaw("\\t", to: &bytes)
        default:
            let digits: StaticString = "0123456789abcdef"
            appendRaw("\\u00", to: &bytes)
            digits.withUTF8Buffer {
                bytes.append($0[Int(byte >> 4)])
                bytes.append($0[Int(byte & 15)])
            }
        }
    }

    /// Appends `2026-03-01T09:30:00.000001Z`.
    static func appendTimestamp(microseconds: Int64, to bytes: inout [UInt8]) {
        let microsecond = microseconds.quotientAndRemainderFloored(1_000_000)
        let day = microsecond.quotient.quotientAndRemainderFloored(86_400)
        let date = civilDate(daysSince1970: day.quotient)
        append(date.year, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(date.month, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(date.day, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        append(day.remainder / 3_600, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(day.remainder / 60 % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(day.remainder % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        append(microsecond.remainder, digits: 6, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    private static func append(_ number: Int64, digits: Int, to bytes: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// The proleptic Gregorian date, by Howard Hinnant's `civil_from_days`.
    private static func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func quotientAndRemainderFloored(_ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
