import Contracts
import Domain
import Foundation
import Testing

@Suite("Writing JSON objects")
struct JSONWriterTests {
    @Test("every control character, quote and backslash is escaped, and read back the same")
    func escapes() throws {
        let text = (0..<0x80).map { String(UnicodeScalar(UInt8($0))) }.joined() + "é村😀\u{2028}"
        var json = JSONWriter()
        json.write("x", text)
        let bytes = json.finish()
        #expect(bytes.allSatisfy { $0 >= 0x20 })
        #expect(try JSONObject(bytes)["x"] == .string(text))
        #expect(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String] == ["x": text])
    }

    @Test("members stand in the order of the calls")
    func order() {
        var json = JSONWriter()
        json.write("b", 1)
        json.write("a", true)
        json.write("t", "\"\\\n\u{1}")
        json.write("at", Instant(seconds: 0))
        json.write("id", RequestID(0))
        json.write("j", json: Array("[1]".utf8))
        let expected = #"{"b":1,"a":true,"t":"\"\\\n\u0001","at":"1970-01-01T00:00:00.000000Z","#
            + #""id":"00000000-0000-0000-0000-000000000000","j":[1]}"#
        #expect(String(decoding: json.finish(), as: UTF8.self) == expected)
        #expect(String(decoding: JSONWriter().finish(), as: UTF8.self) == "{}")
    }

    @Test("integers of any size", arguments: [0, 1, 9, 10, 99, 100, -1, -10, Int64.max, .min, 1_000_000_000_000_000_000])
    func integers(_ value: Int64) throws {
        var json = JSONWriter()
        json.write("x", value)
        #expect(String(decoding: json.finish(), as: UTF8.self) == "{\"x\":\(value)}")
    }
}
