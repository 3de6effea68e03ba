import Testing

@testable import Faults

struct ClientMessagesTests {
    private static func message(_ letter: Character, _ body: [UInt8]) -> [UInt8] {
        let length = UInt32(body.count + 4)
        return Array(String(letter).utf8) + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + body
    }

    private static let start: [UInt8] = [0, 0, 0, 9, 0, 3, 0, 0, 0]

    @Test func `A COMMIT is known as text, as a preparation and by its prepared name`() {
        let commits = [
            Self.message("Q", Array("commit\0".utf8)), Self.message("P", Array("s3_x\0commit\0\0\0".utf8)),
            Self.message("B", Array("\0s12_7da7727ca39ddcdc\0\0\0".utf8)),
        ]
        for commit in commits.prefix(2) {
            var messages = ClientMessages()
            #expect(messages.append(Self.start[...]).map(\.isCommit) == [false])
            #expect(messages.append(commit[...]).map(\.isCommit) == [true])
        }
        var messages = ClientMessages()
        _ = messages.append(Self.start[...])
        #expect(messages.append(Self.message("B", Array("\0s3_other\0\0\0".utf8))[...]).map(\.isCommit) == [false])
        #expect(messages.append(Self.message("P", Array("s4\0select 'commit'\0\0\0".utf8))[...]).map(\.isCommit) == [false])
    }

    @Test func `Messages come out whole however they arrive`() {
        let bytes = Self.start + Self.message("Q", Array("select 1\0".utf8)) + Self.message("Q", Array("commit\0".utf8))
        var messages = ClientMessages()
        var seen: [ClientMessages.Message] = []
        for byte in bytes { seen += messages.append([byte][...]) }
        #expect(seen.map(\.isCommit) == [false, false, true])
        #expect(seen.flatMap { Array($0.bytes) } == bytes)
    }
}
