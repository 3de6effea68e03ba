import Testing
import Workflow

@testable import Runtime

@Suite struct TextEncodingTests {
    /// As another implementation, Python's, writes them.
    private static let characters: [(text: String, gb18030: [UInt8])] = [
        ("A", [0x41]), ("庆", [0xC7, 0xEC]), ("元", [0xD4, 0xAA]), ("区", [0xC7, 0xF8]), ("“", [0xA1, 0xB0]),
        ("，", [0xA3, 0xAC]), ("€", [0xA2, 0xE3]), ("\u{4DAE}", [0xFE, 0x9F]), ("\u{3402}", [0x81, 0x39, 0xEF, 0x31]),
        ("é", [0xA8, 0xA6]), ("\u{20000}", [0x95, 0x32, 0x82, 0x36]), ("\u{2A6A5}", [0x98, 0x35, 0xEE, 0x37]),
        ("\u{10FFFF}", [0xE3, 0x32, 0x9A, 0x35]),
        // Second bytes that are a backslash and a vertical line by themselves.
        ("\u{4E57}", [0x81, 0x5C]), ("\u{4E85}", [0x81, 0x7C]),
    ]

    private func refusal(_ encoding: TextEncoding, _ bytes: [UInt8]) -> NotInEncoding? {
        do {
            _ = try encoding.utf8(of: bytes)
            return nil
        } catch { return error as? NotInEncoding }
    }

    @Test func `Characters of one, two and four bytes are read from GB18030`() throws {
        for (text, bytes) in Self.characters {
            #expect(try TextEncoding.gb18030.utf8(of: bytes) == Array(text.utf8), "\(text)")
        }
        let all = Self.characters.flatMap(\.gb18030)
        let text = Self.characters.map(\.text).joined()
        // More than is converted at a time, so that a piece ends within every character once.
        let many = try TextEncoding.gb18030.utf8(of: Array(repeatElement(all, count: 10_000).joined()))
        #expect(many == Array(String(repeating: text, count: 10_000).utf8))
        #expect(try TextEncoding.gb18030.utf8(of: []) == [])
    }

    @Test func `A character that was cut off is refused where it begins`() throws {
        for (text, bytes) in Self.characters where bytes.count > 1 {
            for kept in 1..<bytes.count {
                let before: [UInt8] = [0xC7, 0xEC, 0x0D, 0x0A, 0x41, 0xD4, 0xAA]
                let fault = try #require(refusal(.gb18030, before + bytes[..<kept]), "\(kept) of \(text)")
                #expect(fault.offset == 7 && fault.line == 2 && fault.column == 3, "\(kept) of \(text): \(fault)")
                #expect(fault.found == Array(bytes[..<kept]))
            }
        }
    }

    private static let noCharacters: [[UInt8]] = [
        [0x80], [0xFF], [0xB2, 0x2C], [0xB2, 0x7F], [0x81, 0x39, 0x41, 0x31], [0x81, 0x39, 0xEF, 0x41],
        [0xE3, 0x32, 0x9A, 0x36],
    ]

    @Test(arguments: noCharacters)
    func `Bytes that are no character of GB18030 are refused`(_ bytes: [UInt8]) throws {
        let before: [UInt8] = Array("a\rb\n".utf8)
        let fault = try #require(refusal(.gb18030, before + bytes + [0x63]))
        #expect(fault.offset == 4 && fault.line == 3 && fault.column == 1, "\(fault)")
    }

    @Test func `A file in UTF-8 that is said to be in GB18030 is refused at its mark`() throws {
        let fault = try #require(refusal(.gb18030, Array("\u{FEFF}村,镇\n".utf8)))
        #expect(fault.offset == 0)
        #expect(
            fault.description == "line 1, column 1: expected text in GB18030 at byte offset 0; "
                + "if the file is UTF-8, leave --encoding out, found EF BB BF E6")
    }

    @Test func `A file in GB18030 that is said to be in UTF-8 is refused with what to say`() throws {
        let bytes: [UInt8] = Array("skill,name\nK1,".utf8) + [0xC7, 0xEC]
        let fault = try #require(refusal(.utf8, bytes))
        #expect(
            fault.description == "line 2, column 4: expected text in UTF-8 at byte offset 14; "
                + "if the file is GB18030 (Excel's Chinese export), say --encoding gb18030, found C7 EC")
        let marked: [UInt8] = Array("\u{FEFF}村a".utf8) + [0xC3]
        #expect(refusal(.utf8, marked)?.column == 3, "a mark is no character")
    }

    @Test func `UTF-8 is taken as it stands, with its mark or without`() throws {
        for text in ["", "a", "\u{FEFF}村,𠀀\r\n", Self.characters.map(\.text).joined()] {
            #expect(try TextEncoding.utf8.utf8(of: Array(text.utf8)) == Array(text.utf8))
        }
    }

    @Test func `A mark in GB18030 is no part of the first heading`() throws {
        let mark: [UInt8] = [0x84, 0x31, 0x95, 0x33]
        let bytes = mark + Array("county,skill,name,tier\nC,K1,".utf8) + Self.characters[1].gb18030 + Array(",1\n".utf8)
        let file = try ReadRegisterFile(.skills)(file: "f", bytes: try TextEncoding.gb18030.utf8(of: bytes))
        guard case .skills(let sheet) = file else { throw MissingConverter(encoding: "\(file)") }
        #expect(sheet.rows.map(\.name) == ["庆"])
    }

    @Test func `A converter that the C library lacks is named, and ends the program with 69`() {
        let error = #expect(throws: MissingConverter.self) { _ = try UTF8Converter(from: "NO-SUCH-CODE").convert([]) }
        #expect(error?.exitStatus == ExitStatus.unavailable)
        #expect(error?.description.contains("no converter from NO-SUCH-CODE") == true)
    }
}
