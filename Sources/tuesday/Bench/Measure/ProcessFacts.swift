import Foundation

/// What the kernel says about processes, from `/proc`. CPU times are in seconds, user and system together.
enum ProcessFacts {
    /// Fields of `/proc/PID/stat` after the command's name, of which `[0]` is field 3 of proc(5); nil when it is gone.
    private static func fields(_ path: String) -> (command: Substring, rest: [Substring])? {
        // A process may end at any moment; nobody can be told.
        guard let line = try? String(contentsOfFile: path, encoding: .utf8), let open = line.firstIndex(of: "("),
            let close = line.lastIndex(of: ")")
        else { return nil }
        return (line[line.index(after: open)..<close], line[line.index(after: close)...].split(separator: " "))
    }

    private static let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))

    private static func seconds(_ fields: [Substring], _ numbers: ClosedRange<Int>) -> Double {
        guard fields.count > numbers.upperBound else { return 0 }
        return fields[numbers].compactMap { Double($0) }.reduce(0, +) / ticks
    }

    /// 0 for one that is gone.
    static func cpuSeconds(_ process: Int32) -> Double {
        fields("/proc/\(process)/stat").map { seconds($0.rest, 11...12) } ?? 0
    }

    /// With the time of children that ended and of those that live.
    static func cpuSecondsOfFamily(_ process: Int32) -> Double {
        let own = fields("/proc/\(process)/stat").map { seconds($0.rest, 11...14) } ?? 0
        return children(of: process).map { cpuSeconds($0) }.reduce(own, +)
    }

    static func children(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { self.parent(of: $0)?.process == parent }
    }

    /// Who made a process, and what the process itself is called.
    static func parent(of process: Int32) -> (process: Int32, command: String)? {
        guard let stat = fields("/proc/\(process)/stat"), stat.rest.count > 1, let parent = Int32(stat.rest[1]) else {
            return nil
        }
        return (parent, String(stat.command))
    }

    /// Of this process's threads whose name begins so.
    static func cpuSecondsOfThreads(named prefix: String) -> Double {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return threads.compactMap { fields("/proc/self/task/\($0)/stat") }
            .filter { $0.command.hasPrefix(prefix) }
            .map { seconds($0.rest, 11...12) }.reduce(0, +)
    }

    /// Busy time of all processors since the machine started: all but idle and waiting.
    static func machineCPUSeconds() -> Double {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let line = text.split(separator: "\n").first
        else { return 0 }
        let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard numbers.count >= 8 else { return 0 }
        return (numbers[0] + numbers[1] + numbers[2] + numbers[5] + numbers[6] + numbers[7]) / ticks
    }

    /// The most resident memory a process ever had, in bytes.
    static func peakMemoryBytes(_ process: Int32) -> Double {
        kilobytes("/proc/\(process)/status", "VmHWM:") * 1_024
    }

    /// Resident memory now, in bytes, what is shared counted in parts: sums over processes are true.
    static func proportionalMemoryBytes(_ process: Int32) -> Double {
        kilobytes("/proc/\(process)/smaps_rollup", "Pss:") * 1_024
    }

    private static func kilobytes(_ path: String, _ name: String) -> Double {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) })
        else { return 0 }
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0
    }
}
