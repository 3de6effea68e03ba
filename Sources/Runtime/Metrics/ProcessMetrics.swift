import Glibc

/// The usual `process_*` metrics, read from `/proc` each time they are printed.
enum ProcessMetrics {
    static func render() -> String {
        var text = ""
        // The command name stands in parentheses and may hold blanks; what follows the last one is plain.
        if let stat = TextFile.read("/proc/self/stat"), let close = stat.lastIndex(of: ")") {
            let fields = stat[stat.index(after: close)...].split(separator: " ")
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            // Field numbers of proc(5), less the three that were cut off: state is field 3 and fields[0].
            if fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
                let start = Double(fields[19]), let virtual = Double(fields[20]), let pages = Double(fields[21])
            {
                add(
                    "process_cpu_seconds_total", "counter", "User and system CPU time spent.", (user + system) / ticks,
                    &text)
                let resident = pages * Double(sysconf(Int32(_SC_PAGESIZE)))
                add("process_resident_memory_bytes", "gauge", "Resident memory.", resident, &text)
                add("process_virtual_memory_bytes", "gauge", "Virtual memory.", virtual, &text)
                if let boot = bootTime() {
                    add("process_start_time_seconds", "gauge", "Start, since 1970.", boot + start / ticks, &text)
                }
            }
        }
        if let count = openDescriptors() {
            add("process_open_fds", "gauge", "Open file descriptors.", Double(count), &text)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            add("process_max_fds", "gauge", "File descriptors at most.", Double(limit.rlim_cur), &text)
        }
        return text
    }

    private static func add(_ name: String, _ type: String, _ help: String, _ value: Double, _ text: inout String) {
        PrometheusText.head(name, type: type, help: help, to: &text)
        PrometheusText.line(name, "", PrometheusText.number(value), to: &text)
    }

    /// When the machine started, in seconds since 1970.
    private static func bootTime() -> Double? {
        TextFile.read("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
            .flatMap { Double($0.dropFirst(6)) }
    }

    private static func openDescriptors() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // The directory's own descriptor is not the process's.
        return count - 1
    }
}
