import NIOCore
import Testing

@testable import tuesday

@Suite struct BurstShapeTests {
    private let shape = BurstShape(steps: [1, 10, 2], factor: 10, stepSeconds: 2)

    @Test func `every step has its rate for as long as it lasts`() {
        let loop = shape.loop
        #expect(loop.count == (10 + 100 + 20) * 2)
        #expect(loop.offsets == loop.offsets.sorted())
        for (step, rate) in [10, 100, 20].enumerated() {
            #expect(loop.offsets.count { shape.step(at: $0) == step } == rate * 2)
        }
    }

    @Test func `a valley is a step calmer than the one before`() {
        #expect(shape.valleys == [2])
        #expect(BurstShape(steps: BurstShape.usual, factor: 1, stepSeconds: 1).valleys == [2, 4, 6])
    }

    /// 5 ms while calm; in the valley, which begins at 4 s, 500 ms until it is left behind.
    private func course(restlessUntil end: Double) -> BurstCourse {
        BurstCourse(shape, shape.loop.offsets.map { ($0, $0 >= 4 && $0 < end ? 0.5 : 0.005) })
    }

    @Test func `a valley is calm again after the last restless tenth of a second`() {
        #expect(course(restlessUntil: 4).recoverySeconds() == [0])
        #expect(course(restlessUntil: 4.3).recoverySeconds().map { ($0 * 10).rounded() } == [3])
    }

    @Test func `a valley that never calms down counts as long as it lasts`() {
        #expect(course(restlessUntil: 100).recoverySeconds() == [2])
    }

    @Test func `calm allows twice the first step, and at least ten milliseconds more`() {
        let calm = course(restlessUntil: 4).calmSeconds
        #expect((0.0149...0.0151).contains(calm))
    }
}

@Suite struct LoadAnswerTests {
    private func answers(_ parts: [String]) throws -> [LoadAnswer] {
        var parser = LoadAnswerParser()
        var answers: [LoadAnswer] = []
        for part in parts {
            var bytes = ByteBuffer(string: part)
            parser.append(&bytes)
            while let answer = try parser.next() { answers.append(answer) }
        }
        return answers
    }

    private let whole = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 35\r\n\r\n"
        + #"{"request_id":"a1","state":"owned"}"#

    @Test func `an answer is whole wherever the network cuts it`() throws {
        for cut in 1..<whole.count {
            let found = try answers([String(whole.prefix(cut)), String(whole.dropFirst(cut))])
            #expect(found.map(\.status) == [201])
            #expect(found.first?.text("request_id") == "a1")
            #expect(found.first?.text("state") == "owned")
        }
    }

    @Test func `two answers in one piece are two`() throws {
        #expect(try answers([whole + whole]).count == 2)
    }

    @Test func `an answer without a length is refused in words`() {
        #expect(throws: LoadAnswerParser.Unreadable.self) { try answers(["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]) }
    }

    @Test func `a member that is not there is nil`() throws {
        #expect(try answers([whole])[0].text("owner") == nil)
    }
}
