#if FAILPOINTS
    import CRdKafka
    import Failpoints
    import Glibc

    /// Leads connections to brokers through a test's proxy: brokers say themselves where they are to be found, and a test's
    /// cluster says its own ports.
    enum ConnectDetour {
        static func register(in configuration: OpaquePointer) {
            rd_kafka_conf_set_connect_cb(configuration) { descriptor, address, length, _, _ in
                guard let address else { return EINVAL }
                var target = sockaddr_in()
                var result: Int32
                if address.pointee.sa_family == AF_INET, length >= MemoryLayout<sockaddr_in>.size {
                    memcpy(&target, address, MemoryLayout<sockaddr_in>.size)
                    if let port = detour(ofPort: UInt16(bigEndian: target.sin_port)) { target.sin_port = port.bigEndian }
                    result = withUnsafePointer(to: &target) { pointer in
                        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                        }
                    }
                } else {
                    result = connect(descriptor, address, socklen_t(length))
                }
                return result == 0 || errno == EINPROGRESS ? 0 : errno
            }
        }
    }
#endif
