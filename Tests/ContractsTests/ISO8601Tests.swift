import Contracts
import Domain
import Testing

@Suite("Times as text")
struct ISO8601Tests {
    @Test("known instants", arguments: [
        ("1970-01-01T00:00:00.000000Z", 0), ("1969-12-31T23:59:59.999999Z", -1),
        ("1969-12-31T23:59:59.000000Z", -1_000_000), ("2000-02-29T12:00:00.000000Z", 951_825_600_000_000),
        ("2024-02-29T23:59:59.123456Z", 1_709_251_199_123_456), ("1900-03-01T00:00:00.000000Z", -2_203_891_200_000_000),
        ("0001-01-01T00:00:00.000000Z", -62_135_596_800_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ] as [(String, Int64)])
    func known(_ text: String, _ microseconds: Int64) {
        #expect(ISO8601.format(Instant(microseconds: microseconds)) == text)
        #expect(ISO8601.parse(text.utf8) == Instant(microseconds: microseconds))
    }

    @Test("what is written is read back, on both sides of 1970")
    func roundTrips() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            let instant = Instant(
                microseconds: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &generator))
            #expect(ISO8601.parse(ISO8601.format(instant).utf8) == instant)
        }
    }

    @Test("offsets, fractions and lower case mean the same instant", arguments: [
        "2026-11-23T01:02:03Z", "2026-11-23T09:02:03+08:00", "2026-11-22T20:02:03-05:00", "2026-11-23t01:02:03z",
        "2026-11-23 01:02:03Z", "2026-11-23T01:02:03.0Z", "2026-11-23T01:02:03.0000009Z", "2026-11-23T01:02:03-00:00",
        "2026-11-23T06:47:03+05:45",
    ])
    func same(_ text: String) {
        #expect(ISO8601.parse(text.utf8).map(ISO8601.format) == "2026-11-23T01:02:03.000000Z")
    }

    @Test("anything else is refused", arguments: [
        "", "2026-11-23", "2026-11-23T01:02:03", "2026-11-23T01:02Z", "2026-11-23T01:02:03.Z", "2026-11-23T24:00:00Z",
        "2026-11-23T01:60:00Z", "2026-11-23T01:02:60Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-31T00:00:00Z", "0000-01-01T00:00:00Z",
        "2026-11-23T01:02:03+8:00", "2026-11-23T01:02:03+0800", "2026-11-23T01:02:03+24:00", "2026-11-23T01:02:03+08:60",
        "2026-11-23T01:02:03Zx", "2026-11-23T01:02:03 Z", " 2026-11-23T01:02:03Z", "+2026-11-23T01:02:03Z",
        "2026-11-23T01:02:03.5", "2026-1a-23T01:02:03Z", "２０２６-11-23T01:02:03Z",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
    ])
    func refused(_ text: String) {
        #expect(ISO8601.parse(text.utf8) == nil)
    }
}
