import Chance
import Foundation
import TestSupport

/// Claims that come late.
extension Trouble {
    /// Stands still between its assignment and its claim, for so long that its group gives the lane to somebody else, who claims it
    /// first; then it goes on with its own claim.
    func delayClaim(of slot: WorkerSlot, _ random: inout SeededRandom) async throws {
        let milliseconds = random.between(400, 1_500)
        // Whoever comes back claims what its group gives it.
        slot.signal(SIGKILL)
        guard
            try await arm("lane.before-claim=delay~\(milliseconds)@\(random.between(1, 2))", in: slot, within: 15_000),
            slot.signal(SIGSTOP)
        else { return }
        defer { slot.signal(SIGCONT) }
        let began = try await databaseTime()
        let claims = """
            select lane_id, at, application like '% \(slot.name)' as is_late
            from witness.lane_write
            where epoch > coalesce(former_epoch, 0) and at > '\(began)'
              and lane_id in (select id from tuesday.lane where consumer_group = '\(slot.program)')
            """
        // Where something else is wrong, nobody may claim it.
        try? await eventually("another one claims the lanes of \(slot.name)", within: .seconds(12)) {
            try await installation.count("select count(*) from (\(claims)) claim where not is_late") > 0
        }
        try await sleep(random.between(50, 600))
        let continued = try await databaseTime()
        slot.signal(SIGCONT)
        try await sleep(2_000)
        // It claims at once what it had been given before: a new assignment takes the group longer.
        let overtaken = try await installation.count(
            """
            with claim as (\(claims))
            select count(*)
            from claim mine
            where mine.is_late and mine.at between '\(continued)' and '\(continued)'::timestamptz + interval '1 second'
              and exists (
                select from claim other where other.lane_id = mine.lane_id and not other.is_late and other.at < mine.at)
            """)
        cover("claim-delayed - \(slot.program)", min(1, overtaken))
    }

    private func databaseTime() async throws -> String {
        try await installation.texts("select clock_timestamp()::text")[0]
    }
}
