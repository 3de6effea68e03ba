import Foundation
import Glibc
import Testing

@testable import Faults

struct DemandTests {
    /// What an intake answers to a submission, to the question for its request, and to a move; what is left out hangs.
    private static func unmet(_ answers: [String: String], within milliseconds: Int) async throws -> String? {
        let intake = try StubbedIntake(answers)
        defer { intake.close() }
        return await Demand(intake: "tuesday-intake-1", url: intake.url, key: "k", history: History())
            .unmet(after: .milliseconds(milliseconds))
    }

    private static let submission = ("POST /v1/requests ", #"201 {"request_id":"a"}"#)
    private static let reading = ("GET /v1/requests/a ", #"200 {"request_id":"a"}"#)
    private static let move = ("POST /v1/requests/a/moves ", #"200 {"seq":2}"#)

    @Test func `An intake that takes a submission, shows it and takes a move does what is demanded`() async throws {
        let all = Dictionary(uniqueKeysWithValues: [Self.submission, Self.reading, Self.move])
        #expect(try await Self.unmet(all, within: 20_000) == nil)
    }

    @Test(arguments: [
        ([], "taken a submission"), ([submission], "shown a request"), ([submission, reading], "taken a move"),
    ])
    func `An intake that hangs is named, with what it did not do`(answers: [(String, String)], words: String) async throws {
        let unmet = try await Self.unmet(Dictionary(uniqueKeysWithValues: answers), within: 5_000)
        #expect(unmet?.hasPrefix("I8: ") == true)
        #expect(unmet?.contains("tuesday-intake-1 has not \(words)") == true)
    }

    @Test func `An intake that answers and does nothing is seen as well`() async throws {
        var answers = Dictionary(uniqueKeysWithValues: [Self.submission, Self.reading, Self.move])
        answers[Self.submission.0] = "503 {}"
        #expect(try await Self.unmet(answers, within: 3_000)?.contains("taken a submission") == true)
        answers[Self.submission.0] = Self.submission.1
        answers[Self.move.0] = "409 {}"
        #expect(try await Self.unmet(answers, within: 3_000)?.contains("taken a move") == true)
    }

    @Test func `A submission that residents insisted on in vain is told`() {
        #expect(Demand.problems([]) == [])
        #expect(Demand.problems(["k"]).first?.contains("the submission k") == true)
    }
}

/// Answers by the beginning of what it is asked: `201 {...}`. To anything else it says nothing.
private final class StubbedIntake: Sendable {
    let url: String
    private let listener: Int32
    private let answers: [String: String]

    init(_ answers: [String: String]) throws {
        let (descriptor, port) = try Sockets.listen()
        listener = descriptor
        url = "http://127.0.0.1:\(port)"
        self.answers = answers
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    private func serve(_ client: Int32) {
        defer { Glibc.close(client) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(client, &buffer, buffer.count)
            guard count > 0 else { return }
            let question = String(decoding: buffer[..<count], as: UTF8.self)
            guard let answer = answers.first(where: { question.hasPrefix($0.key) })?.value else { continue }
            let (status, body) = (answer.prefix(3), answer.dropFirst(4))
            let head = "HTTP/1.1 \(status) X\r\nRetry-After: 1\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
            _ = Sockets.write(Array((head + body).utf8)[...], to: client)
            return
        }
    }
}
