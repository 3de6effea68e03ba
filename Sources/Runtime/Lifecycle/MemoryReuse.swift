import CLinux

/// How a worker's memory is handed out.
enum MemoryReuse {
    /// Keeps what a batch has freed for the next one.
    ///
    /// A batch takes and frees megabytes many times a second. By default the allocator gives them back each time, and the
    /// kernel clears the same pages anew (measured at full load: 4 % of the machine's time). Few arenas, since what
    /// one thread frees another may then take.
    static func keepFreed() {
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, 64 << 20)
        mallopt(M_ARENA_MAX, 2)
    }
}
