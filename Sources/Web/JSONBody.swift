import Hummingbird

/// Reads request bodies, each no further than allowed and all together no further than there is room.
struct JSONBody: Sendable {
    private let maximumBytes: Int
    private let room: BodyRoom

    /// - Parameter maximumBytes: of one body; the room's own bound when that is less.
    init(maximumBytes: Int, room: BodyRoom) {
        self.maximumBytes = min(maximumBytes, room.maximumBytes)
        self.room = room
    }

    /// Answers with what `decode` makes of the body.
    ///
    /// What the body takes of the room is given back when there is an answer: until then what was made of it, and is about
    /// as large, waits in its place.
    /// - Throws: ``Problem`` for a body that is too large, has no room now, or says it is not JSON. A body without a type is
    ///   taken for JSON.
    func answer<Value>(
        _ request: Request, decode: ([UInt8]) throws -> Value, _ answer: (Value) async throws -> Response
    ) async throws -> Response {
        try check(request)
        var taken = 0
        defer { room.giveBack(taken) }
        let value = try decode(try await collect(request, &taken))
        return try await answer(value)
    }

    private func check(_ request: Request) throws {
        if let type = request.headers[.contentType], type != "application/json" {
            let type = type.lowercased()
            let essence = type.prefix { $0 != ";" && $0 != " " }
            guard essence == "application/json" || essence.hasSuffix("+json") else { throw Problem.notJSON }
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > maximumBytes {
            throw Problem.tooLarge(maximumBytes)
        }
    }

    /// Room is taken for what has come, not for what the head announces: who announces much and sends nothing keeps nobody
    /// out.
    private func collect(_ request: Request, _ taken: inout Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in request.body {
            let count = piece.readableBytes
            guard count <= maximumBytes - taken else { throw Problem.tooLarge(maximumBytes) }
            guard room.take(count) else { throw Problem.overloaded }
            taken += count
            bytes.append(contentsOf: piece.readableBytesView)
        }
        return bytes
    }
}
