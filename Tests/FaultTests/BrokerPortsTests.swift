import Testing

@testable import Faults

struct BrokerPortsTests {
    @Test func `Whoever knows the port of a broker that is gone is led to the one in its place, whoever came between`() {
        var ports = BrokerPorts()
        ports.move(from: [], to: [11, 12])
        #expect(ports.words(by: [:]) == "")
        ports.move(from: [11, 12], to: [21, 22])
        #expect(ports.words(by: [:]) == "detour=11:21 detour=12:22")
        ports.move(from: [21, 22], to: [31, 32])
        #expect(ports.words(by: [:]) == "detour=11:31 detour=12:32 detour=21:31 detour=22:32")
    }

    @Test func `A proxy stands before them, whichever port was known`() {
        var ports = BrokerPorts()
        ports.move(from: [], to: [11])
        #expect(ports.words(by: [11: 91]) == "detour=11:91")
        ports.move(from: [11], to: [21])
        #expect(ports.words(by: [21: 92]) == "detour=11:92 detour=21:92")
    }

    @Test func `A port that comes again is its present owner's`() {
        var ports = BrokerPorts()
        ports.move(from: [], to: [11, 12])
        ports.move(from: [11, 12], to: [12, 13])
        #expect(ports.present == [11: 12, 12: 12, 13: 13])
    }

    @Test func `Ports are read as brokers tell them`() {
        #expect(BrokerPorts.ports("127.0.0.1:1234,127.0.0.1:1235") == [1234, 1235])
        #expect(BrokerPorts.ports("") == [])
    }
}
