import Foundation

extension posix_spawn_file_actions_t {
    /// The child keeps nothing open but 0, 1 and 2: a pipe another thread has just opened would have no end as long as the
    /// child lives. To be called after the actions that set those three.
    public mutating func closeInherited() {
        // Closing what is not open is no error here; the margin is for what is opened meanwhile.
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.compactMap { Int32($0) }
        for descriptor in 3...(open?.max() ?? 1_000) + 100 { posix_spawn_file_actions_addclose(&self, descriptor) }
    }
}
