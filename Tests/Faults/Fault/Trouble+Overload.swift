import Chance
import Foundation
import Synchronization
import TestSupport

/// More than intakes can take.
///
/// Two things are shown. With a small bound of what may wait, five times as much is offered as is accepted, by clients who come
/// again at once: who is sent away is told when to come back, and no intake's memory grows. With the bound that an intake has
/// when nobody sets one, as many as it allows wait, left behind by clients who gave up, and that is what its memory holds. One in
/// eight of those is nearly as long as an intake takes: were they not bounded by their bytes too, they alone would be too much.
extension Trouble {
    /// What an intake may hold in memory, however many wait: a build for debugging that has just started holds a third of it.
    private static let memoryLimitMegabytes = 250
    /// For each that is accepted so many are offered.
    private static let times = 5
    private static let clients = 400
    /// Those who wait for an answer while others leave submissions behind.
    private static let patient = 8
    /// Of those left behind one in so many is long.
    private static let longEvery = 8
    /// An intake refuses more than 524,288.
    private static let longBytes = 500_000
    private static let bound = "TUESDAY_SUBMIT_MAXIMUM_PENDING"
    /// What the harness's intakes have otherwise.
    private static let smallBound = "60"

    func overload(_ random: inout SeededRandom) async throws {
        let first = history.entries.count
        try await overloadSmall("overload-\(random.next())")
        try await fillToTheBound(installation.slots(of: "tuesday-intake")[random.below(2)], "hasty-\(random.next())")
        if let rude = SentAway.problems(history.entries.dropFirst(first).map(\.outcome)).first { throw ScenarioFailure(rude) }
    }

    /// Hundreds of clients who come again at once when they are sent away, while PostgreSQL is slow: four out of five are.
    private func overloadSmall(_ prefix: String) async throws {
        let intakes = installation.slots(of: "tuesday-intake")
        let deadline = ContinuousClock.now + .seconds(6)
        let first = history.entries.count
        let memory = MemoryWatch(intakes)
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<Self.clients {
                tasks.addTask { [history] in
                    var accepted = 0
                    while ContinuousClock.now < deadline {
                        let key = "\(prefix)-\(number)-\(accepted)"
                        let entry = history.begin(.submit(key: key, body: number))
                        let outcome = await API.submit(
                            Clients.submission(number), key: key, to: intakes[number % intakes.count])
                        history.end(entry, outcome)
                        if case .request = outcome { accepted += 1 }
                    }
                }
            }
            tasks.addTask {
                while ContinuousClock.now < deadline {
                    for slot in intakes { slot.proxy.stall(milliseconds: 2_800) }
                    try? await Task.sleep(for: .milliseconds(2_950))  // nobody cancels this
                }
            }
        }
        let megabytes = memory.end()
        let outcomes = history.entries.dropFirst(first).filter { entry in
            if case .submit(let key, _) = entry.call { key.hasPrefix(prefix) } else { false }
        }.map(\.outcome)
        let taken = outcomes.count { if case .request? = $0 { true } else { false } }
        let sentAway = outcomes.count { $0 == .overloaded }
        cover("overload offered intakes", outcomes.count)
        cover("overload accepted intakes", taken)
        cover("overload sent-away intakes", sentAway)
        say("\(outcomes.count) offered, \(taken) accepted, \(sentAway) sent away, an intake held at most \(megabytes) MB")
        try expect(megabytes, atMost: Self.memoryLimitMegabytes)
        guard taken > 0, sentAway >= (Self.times - 1) * taken else {
            throw HarnessFailure("\(taken) submissions were accepted and \(sentAway) sent away: no overload")
        }
    }

    /// An intake as it is when nobody sets a bound, while PostgreSQL does not answer: clients leave submissions behind until those
    /// who wait are sent away. Afterwards it takes submissions again.
    private func fillToTheBound(_ slot: WorkerSlot, _ prefix: String) async throws {
        try await restart(slot, bound: nil)
        let filling = Filling()
        let memory = MemoryWatch([slot])
        async let left = leaveBehind(at: slot, prefix, filling)
        async let stalled: Void = stall(slot, filling)
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<Self.patient {
                tasks.addTask {
                    // Who comes before the queue is full has no answer until it is not.
                    while !filling.isOver {
                        if await self.submit(number, "\(prefix)-waits-\(number)", to: slot) == .overloaded { filling.sentAway() }
                    }
                }
            }
        }
        await stalled
        let count = await left
        try await eventually("\(slot.name) takes submissions again", within: .seconds(60)) {
            if case .request = await submit(1, "\(prefix)-after", to: slot) { true } else { false }
        }
        let megabytes = memory.end()
        say("\(count) left behind, \(filling.count) sent away, an intake with its own bound held at most \(megabytes) MB")
        try await restart(slot, bound: Self.smallBound)
        guard filling.count > 0 else { throw HarnessFailure("\(count) submissions did not fill an intake in time") }
        cover("overload left-behind intakes", count)
        cover("overload filled intakes")
        try expect(megabytes, atMost: Self.memoryLimitMegabytes)
    }

    /// Ends when enough clients were sent away, or it takes too long.
    private final class Filling: Sendable {
        private static let enough = 100
        private let sent = Mutex(0)
        private let end = ContinuousClock.now + .seconds(40)

        var count: Int { sent.withLock { $0 } }
        var isOver: Bool { count >= Self.enough || ContinuousClock.now > end }
        func sentAway() { sent.withLock { $0 += 1 } }
    }

    private func submit(_ body: Int, _ key: String, to slot: WorkerSlot) async -> History.Outcome {
        let entry = history.begin(.submit(key: key, body: body))
        let outcome = await API.submit(Clients.submission(body), key: key, to: slot)
        history.end(entry, outcome)
        return outcome
    }

    private func stall(_ slot: WorkerSlot, _ filling: Filling) async {
        while !filling.isOver {
            slot.proxy.stall(milliseconds: 1_000)
            try? await Task.sleep(for: .milliseconds(300))  // nobody cancels this
        }
    }

    /// A few hundred submissions again and again: what was left behind may have been accepted.
    private func leaveBehind(at slot: WorkerSlot, _ prefix: String, _ filling: Filling) async -> Int {
        let keys = (0..<Self.clients).map { "\(prefix)-\($0)" }
        for (number, key) in keys.enumerated() { history.end(history.begin(.submit(key: key, body: number)), .unknown) }
        let number = Mutex(0)
        return await HastyClient.submitAll(port: slot.httpPort) {
            if filling.isOver { return nil }
            let next = number.withLock { number in
                number += 1
                return number % keys.count
            }
            return (next % Self.longEvery == 0 ? Self.longSubmission(next) : Clients.submission(next), keys[next])
        }
    }

    /// Nothing that a rule refuses: answers nobody asked for are kept as they are.
    private static func longSubmission(_ body: Int) -> [UInt8] {
        let answer = String(repeating: "长", count: longBytes / 3)
        return Clients.submission(body).dropLast() + Array(#","attributes":{"remark":"\#(answer)"}}"#.utf8)
    }

    private func restart(_ slot: WorkerSlot, bound: String?) async throws {
        slot.set([Self.bound: bound])
        slot.signal(SIGKILL)
        try await sleep(300)
        try await installation.awaitReady(within: .seconds(60))
    }

    private func expect(_ megabytes: Int, atMost limit: Int) throws {
        guard megabytes <= limit else { throw ScenarioFailure("an intake held \(megabytes) MB, \(limit) are allowed") }
    }

    private func say(_ words: String) { FileHandle.standardError.write(Data("overload: \(words)\n".utf8)) }
}
