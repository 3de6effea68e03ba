import Contracts
import Domain
import Hummingbird

extension Response {
    static func bytes(_ status: HTTPResponse.Status, _ body: [UInt8], type: String) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    static func json(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
        bytes(status, body, type: "application/json; charset=utf-8")
    }
}

enum JSONArray {
    /// The elements are JSON already.
    static func of(_ elements: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: element)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }
}

extension JSONWriter {
    mutating func write(_ key: StaticString, ifAny value: String?) {
        if let value { write(key, value) }
    }

    mutating func write(_ key: StaticString, ifAny value: Instant?) {
        if let value { write(key, value) }
    }
}
