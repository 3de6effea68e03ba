import Domain
import Logging
import Metrics
import ServiceLifecycle
import Workflow

/// Warns loudly when a county's working calendar ends: deadlines then count on plain weekdays.
///
/// It is a warning and a gauge, not a failed readiness: an old calendar must not stop a county's service.
struct CalendarWatch: ServiceLifecycle.Service {
    let registers: RegisterCache
    let clock: SystemClock
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // Nothing is loaded here; a worker that has decided nothing yet has nothing to warn of.
                let held = await registers.held.registers.values
                for register in held { look(at: register) }
                do { try await Task.sleep(for: held.isEmpty ? .seconds(10) : .seconds(3_600)) } catch { return }
            }
        }
    }

    private func look(at register: Register) {
        let today = CivilDate(daysSince1970: register.calendar.localDay(of: clock.now()))
        let needed = today.month >= 11 ? [today.year, today.year + 1] : [today.year]
        let missing = needed.filter { !register.calendar.isLoaded(year: $0) }
        Gauge(label: "tuesday_calendar_missing", dimensions: [("county", register.county.code)])
            .record(missing.isEmpty ? 0 : 1)
        for year in missing {
            log.warning(
                "the holidays of a year are not loaded: deadlines count on plain weekdays; run `tuesday import calendar`",
                metadata: ["county": "\(register.county.code)", "year": "\(year)"])
        }
    }
}
