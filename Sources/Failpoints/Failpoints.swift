/// Places where a test may make something go wrong. Only a build for debugging has them: elsewhere every function here
/// is empty and leaves nothing behind.
///
/// A site is named `area.moment`. What is to happen there is written, by name, in the file that
/// `TUESDAY_TEST_FAILPOINTS` names (``FailpointPage``), and may change while the process runs.
#if FAILPOINTS
    import Glibc

    /// Does what the page says about this site: nothing, as a rule.
    ///
    /// - Returns: true when what follows is to be left out, as if it had been lost on the way. Sites that cannot lose
    ///   anything ignore it.
    @discardableResult
    public func failpoint(_ site: StaticString) -> Bool {
        guard let page = FailpointPage.own, let action = page.action(at: site.description) else { return false }
        switch action {
        case .kill: kill(getpid(), SIGKILL)
        case .stop: kill(getpid(), SIGSTOP)
        // Holds the thread, as a slow machine would: a site is passed in synchronous code as well.
        case .delay(let milliseconds): usleep(UInt32(milliseconds) * 1_000)
        case .drop: return true
        }
        return false
    }

    /// Whether a mistake is to be made on purpose, so that the tests are seen to notice it.
    public func isPlanted(_ mistake: StaticString) -> Bool {
        FailpointPage.own?.plants(mistake.description) ?? false
    }

    /// Dies, if the page says so, of a record that is about to be handled.
    public func survive(_ value: ArraySlice<UInt8>?) {
        if let value, FailpointPage.own?.kills(handlerOf: value) == true { kill(getpid(), SIGKILL) }
    }

    /// The port of 127.0.0.1 to connect to instead of a broker's own.
    public func detour(ofPort port: UInt16) -> UInt16? { FailpointPage.own?.detour(of: port) }
#else
    @discardableResult @inlinable @inline(__always)
    public func failpoint(_ site: StaticString) -> Bool { false }

    @inlinable @inline(__always)
    public func isPlanted(_ mistake: StaticString) -> Bool { false }

    @inlinable @inline(__always)
    public func survive(_ value: ArraySlice<UInt8>?) {}

    @inlinable @inline(__always)
    public func detour(ofPort port: UInt16) -> UInt16? { nil }
#endif
