import Contracts
import Testing

@Suite("What others wrote")
struct IncomingRecordTests {
    @Test("the identity of a record holds no NUL, and tells records apart all the same")
    func identity() {
        func identity(_ id: String) -> String {
            IncomingRecord(offset: 0, key: nil, value: nil, headers: [.init("ce_id", id)], timestamp: 1).identity
        }
        #expect(identity("a\0b") == "a\u{FFFD}b")
        #expect(identity("a\0\u{301}") == "a\u{FFFD}\u{301}")
        #expect(identity("a\0b") != identity("a\0c"))
        #expect(identity("a-b") == "a-b")
    }

    @Test("the beginning of a text is measured in bytes and ends where a scalar does", arguments: [
        ("abc", 3, "abc"), ("abcd", 3, "abc"), ("路灯", 6, "路灯"), ("路灯", 5, "路"), ("路灯", 2, ""), ("😀", 3, ""),
        ("e\u{301}\u{301}", 3, "e\u{301}"), ("e\u{301}\u{301}", 4, "e\u{301}"),
    ])
    func beginning(_ text: String, _ bytes: Int, _ expected: String) {
        #expect(Array(text.beginning(bytes: bytes).unicodeScalars) == Array(expected.unicodeScalars))
    }
}
