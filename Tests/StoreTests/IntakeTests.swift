import Contracts
import Domain
import Testing
import Workflow

@testable import Store

struct IntakeTests {
    @Test func `Accepting twice answers the same id, and another body under the key is a conflict`() async throws {
        try await StoreCounty.with { county in
            let lane = county.lane("intake")
            let first = try await county.intake.accept([StoreCounty.submission("one")], lane: lane)[0].get()
            guard case .accepted(let id) = first else { throw Unexpected(what: "\(first)") }
            let again = try await county.intake.accept(
                [StoreCounty.submission("one"), StoreCounty.submission("one", description: "it floods")], lane: lane)
            #expect(try again[0].get() == .repeated(id))
            #expect(try again[1].get() == .conflict)
            #expect(try await county.count("tuesday.request") == 1)
            #expect(try await county.count("tuesday.event") == 1)
            #expect(try await county.count("personal.submission") == 1)
        }
    }

    @Test func `The same submission twice in one batch becomes one request`() async throws {
        try await StoreCounty.with { county in
            let outcomes = try await county.intake.accept(
                [StoreCounty.submission("one"), StoreCounty.submission("one")], lane: county.lane("intake"))
            guard case .accepted(let id) = try outcomes[0].get() else { throw Unexpected(what: "\(outcomes)") }
            #expect(try outcomes[1].get() == .repeated(id))
        }
    }

    @Test func `Identical submissions at once are accepted once`() async throws {
        try await StoreCounty.with { county in
            let answers = try await withThrowingTaskGroup(of: [AcceptOutcome].self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        let submissions = (0..<50).map { StoreCounty.submission("\($0)") }
                        let lane = county.lane("intake")
                        let shuffled = worker.isMultiple(of: 2) ? submissions : submissions.reversed()
                        let outcomes = try await county.intake.accept(shuffled, lane: lane).map { try $0.get() }
                        return worker.isMultiple(of: 2) ? outcomes : outcomes.reversed()
                    }
                }
                return try await group.reduce(into: [[AcceptOutcome]]()) { $0.append($1) }
            }
            for index in 0..<50 {
                var accepted = 0
                var ids: Set<RequestID> = []
                for outcomes in answers {
                    switch outcomes[index] {
                    case .accepted(let id):
                        accepted += 1
                        ids.insert(id)
                    case .repeated(let id): ids.insert(id)
                    case .conflict: Issue.record("the same body is no conflict")
                    }
                }
                #expect(accepted == 1)
                #expect(ids.count == 1)
            }
            #expect(try await county.count("tuesday.request") == 50)
            #expect(try await county.deadlocks() == 0)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }
}
