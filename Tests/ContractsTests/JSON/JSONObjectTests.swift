import Contracts
import Foundation
import Testing

@Suite("Reading JSON objects")
struct JSONObjectTests {
    /// Values that RFC 8259 allows.
    static let valid = [
        "0", "-0", "1", "-1", "10", "1.5", "-0.0", "1e5", "1E+5", "1e-5", "0e0", "123456789012345678901234567890", "1e400",
        "true", "false", "null", "\"\"", "\"a\"", #""\"\\\/\b\f\n\r\t""#, #""\u0041""#, #""\u00e9""#, #""\uD83D\uDE00""#,
        #""\ud83d\ude00""#, #""\u0000""#, "\"\u{7F}\"", "\"村\u{2028}😀\"", "[]", "[ ]", "[1]", "[1,2]", "[[],[[]]]", "{}",
        "{ }", #"{"":0}"#, #"{"a":{"b":[{"c":null}]}}"#, " \t\r\n1 \t\r\n", #"{"a":1,"a":2}"#,
    ]

    /// Values that it does not.
    static let invalid = [
        "", "01", "-01", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "1 2", "0x10", "NaN", "Infinity", "-Infinity", "tru",
        "True", "truex", "nul", "undefined", "'a'", "\"", "\"a", "\"\\", #""\x""#, #""\u12""#, #""\u12G4""#, #""\u""#,
        #""\uD83D""#, #""\uD83Dx""#, #""\uD83D\n""#, #""\uD83D\u0041""#, #""\uDE00""#, #""\uDE00\uD83D""#, "\"\n\"",
        "\"\t\"", "\"\u{0}\"", "\"a\\\u{1F}\"", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{", "}", "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1]", "/*c*/1", "1//c",
        "\u{FEFF}1", "\u{A0}1", "\u{0B}1",
    ]

    @Test("takes what RFC 8259 allows", arguments: valid)
    func accepts(_ value: String) {
        #expect(throws: Never.self) { try object(#"{"x":\#(value)}"#) }
    }

    @Test("refuses what it does not", arguments: invalid)
    func refuses(_ value: String) {
        #expect(throws: JSONProblem.self) { try object(#"{"x":\#(value)}"#) }
    }

    @Test("agrees with Foundation about every cut and every changed byte of a rich text")
    func agrees() throws {
        let text = Array(#"{"a":[1,-2.5e+3,true,null],"b":"\u6751\ud83d\ude00\\","c":{"d":{}},"村":""}"#.utf8)
        for end in 0..<text.count { #expect(isRefused(Array(text[..<end]))) }
        // Foundation is laxer about a few texts (it takes a lone "-0", trailing commas never), so only bytes that make
        // a different text kind are tried; the reader may not be laxer than Foundation.
        for index in text.indices {
            for byte: UInt8 in [0x00, 0x22, 0x2C, 0x30, 0x5C, 0x5D, 0x7B, 0x7D, 0xC3, 0xFF] {
                var changed = text
                changed[index] = byte
                if !isRefused(changed) {
                    #expect(
                        (try? JSONSerialization.jsonObject(with: Data(changed))) != nil,
                        "\(String(decoding: changed, as: UTF8.self))")
                }
            }
        }
    }

    @Test("the whole text must be one object", arguments: [
        "", " ", "1", "[]", "\"a\"", "null", "{}{}", "{} x", "{},", "\u{FEFF}{}",
    ])
    func oneObject(_ text: String) {
        #expect(throws: JSONProblem.self) { try object(text) }
    }

    @Test("sixteen levels are read, seventeen are not, a million cost nothing")
    func depth() {
        func nested(_ levels: Int) -> String {
            #"{"x":"# + String(repeating: "[", count: levels) + String(repeating: "]", count: levels) + "}"
        }
        #expect(throws: Never.self) { try object(nested(16)) }
        #expect(throws: JSONProblem.self) { try object(nested(17)) }
        #expect(throws: JSONProblem.self) { try object(nested(1_000_000)) }
        let objects = String(repeating: #"{"x":"#, count: 100_000)
        #expect(throws: JSONProblem.self) { try object(objects) }
    }

    @Test("bytes that are no UTF-8 are refused", arguments: [
        [0xFF], [0xC3], [0xC0, 0x80], [0xE4, 0xB8], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
    ] as [[UInt8]])
    func encoding(_ bytes: [UInt8]) {
        for escape in ["", "\\n"] {
            let text = Array("{\"x\":\"\(escape)".utf8) + bytes + Array("\"}".utf8)
            #expect(throws: JSONProblem.self) { try JSONObject(text) }
        }
        #expect(throws: JSONProblem.self) { try JSONObject(Array("{\"".utf8) + bytes + Array("\":1}".utf8)) }
    }

    @Test("values are what was written")
    func values() throws {
        let read = try object(
            #"{"s":"a\u6751\uD83D\uDE00\/\b\f\n\r\t\"\\","n":-1.50e3,"t":true,"f":false,"z":null,"o":{ "k" : [1 ] },"e":""}"#)
        #expect(read["s"] == .string("a村😀/\u{8}\u{C}\n\r\t\"\\"))
        #expect(read["n"] == .number("-1.50e3"))
        #expect(read.integer("n") == nil)
        #expect(read.bool("t") == true && read.bool("f") == false && read.bool("s") == nil)
        #expect(read["z"] == .null)
        #expect(read["o"] == .nested(Array(#"{ "k" : [1 ] }"#.utf8)))
        #expect(read["e"] == .string("") && read.string("e") == nil)
        #expect(read["absent"] == nil)
    }

    @Test("integers are whole numbers of 64 bits", arguments: [
        ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("0", 0), ("-0", 0),
        ("9223372036854775808", nil), ("1e3", nil), ("1.0", nil), ("123456789012345678901234567890", nil),
    ] as [(String, Int64?)])
    func integers(_ text: String, _ value: Int64?) throws {
        #expect(try object(#"{"x":\#(text)}"#).integer("x") == value)
    }

    @Test("a repeated name keeps the last value, also when escaped")
    func repeated() throws {
        #expect(try object(#"{"a":1,"\u0061":2}"#).integer("a") == 2)
    }

    @Test("says at which byte it broke and what it wanted", arguments: [
        ("{\"a\":}", 5, "a digit"), ("{\"a\" 1}", 5, "':'"), ("{\"a\":1", 6, "'}'"), ("{} x", 3, "the end of the text"),
        ("", 0, "'{'"),
    ])
    func places(_ text: String, _ offset: Int, _ expected: String) {
        let problem = #expect(throws: JSONProblem.self) { try object(text) }
        #expect(problem?.offset == offset)
        #expect(problem?.expected == expected)
    }

    @Test("reads an array of texts and numbers as texts, and nothing else as one", arguments: [
        ("[]", []), (#" [ "a" , -1.50, "\u4e2d" ] "#, ["a", "-1.50", "中"]), (#"["a",true]"#, nil), (#"["a",["b"]]"#, nil),
        (#"{"a":1}"#, nil), (#"["a""#, nil), (#"["a"] x"#, nil), ("", nil),
    ] as [(String, [String]?)])
    func texts(_ text: String, _ expected: [String]?) {
        #expect(JSONObject.texts(ofArray: Array(text.utf8)) == expected)
    }

    @discardableResult
    private func object(_ text: String) throws -> JSONObject {
        try JSONObject(Array(text.utf8))
    }

    private func isRefused(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try JSONObject(bytes)
            return false
        } catch {
            return true
        }
    }
}
