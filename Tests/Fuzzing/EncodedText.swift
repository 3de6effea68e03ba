import Runtime

/// What must hold for a file's bytes, said to be in an encoding.
enum EncodedText {
    static func check(_ bytes: [UInt8], _ encoding: TextEncoding) {
        do {
            let text = try encoding.utf8(of: bytes)
            precondition(String(validating: text, as: UTF8.self) != nil, "what was read of \(bytes) is no text: \(text)")
            let again = encoding == .utf8 ? text : GB18030Writer.bytes(of: text)
            precondition(again == bytes, "\(bytes) are \(again ?? []) after they were read and written")
        } catch let fault as NotInEncoding {
            precondition(fault.offset < bytes.count && !fault.found.isEmpty, "\(bytes) are refused where they end: \(fault)")
            precondition(fault.line > 0 && fault.column > 0, "\(fault)")
            // What stands before them is text.
            let before = Array(bytes[..<fault.offset])
            precondition((try? encoding.utf8(of: before)) != nil, "\(bytes) are refused too late: \(fault)")
        } catch { preconditionFailure("\(encoding.name) cannot be read at all: \(error)") }
    }
}
