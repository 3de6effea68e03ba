import Chance
import Foundation
import TestSupport

/// More than intakes can take.
extension Trouble {
    /// What an intake may hold in memory, however many wait: a build for debugging that has just started holds a third of it.
    private static let memoryLimitMegabytes = 250
    /// For each that is accepted so many are offered.
    private static let times = 5
    private static let clients = 400

    /// Hundreds of clients who come again at once when they are sent away, while PostgreSQL is slow: four out of five are, and
    /// no intake's memory grows.
    func overload(_ random: inout SeededRandom) async throws {
        let intakes = installation.slots(of: "tuesday-intake")
        let deadline = ContinuousClock.now + .seconds(6)
        let prefix = "overload-\(random.next())"
        let (offered, taken, megabytes) = await withTaskGroup(of: (Int, Int, Int).self) { tasks in
            for number in 0..<Self.clients {
                tasks.addTask { [history] in
                    var (tries, accepted) = (0, 0)
                    while ContinuousClock.now < deadline {
                        let key = "\(prefix)-\(number)-\(accepted)"
                        let entry = history.begin(.submit(key: key, body: number))
                        let outcome = await API.submit(
                            Clients.submission(number), key: key, to: intakes[number % intakes.count])
                        history.end(entry, outcome)
                        tries += 1
                        if case .request = outcome { accepted += 1 }
                    }
                    return (tries, accepted, 0)
                }
            }
            tasks.addTask {
                while ContinuousClock.now < deadline {
                    for slot in intakes { slot.proxy.stall(milliseconds: 2_800) }
                    try? await Task.sleep(for: .milliseconds(2_950))  // nobody cancels this
                }
                return (0, 0, 0)
            }
            tasks.addTask {
                var most = 0
                while ContinuousClock.now < deadline {
                    for slot in intakes { most = max(most, slot.process?.residentMegabytes ?? 0) }
                    try? await Task.sleep(for: .milliseconds(50))  // nobody cancels this
                }
                return (0, 0, most)
            }
            return await tasks.reduce((0, 0, 0)) { ($0.0 + $1.0, $0.1 + $1.1, max($0.2, $1.2)) }
        }
        cover("overload offered intakes", offered)
        cover("overload accepted intakes", taken)
        FileHandle.standardError.write(
            Data("overload: \(offered) offered, \(taken) accepted, an intake held at most \(megabytes) MB\n".utf8))
        guard megabytes <= Self.memoryLimitMegabytes else {
            throw ScenarioFailure("an intake held \(megabytes) MB, \(Self.memoryLimitMegabytes) are allowed")
        }
        guard taken > 0, offered >= Self.times * taken else {
            throw ScenarioFailure("\(offered) submissions were offered and \(taken) accepted: no overload")
        }
    }
}
