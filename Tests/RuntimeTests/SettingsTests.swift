import Contracts
import Testing
import Workflow

@testable import Runtime

@Suite struct SettingsTests {
    private func read(
        _ program: Program = .intake, _ arguments: [String] = [], _ environment: [String: String] = [:],
        files: [String: String] = [:]
    ) throws(SettingsError) -> Settings {
        try Settings.read(program: program, arguments: arguments, environment: environment) { files[$0] }
    }

    private func problems(
        _ program: Program = .intake, _ arguments: [String] = [], _ environment: [String: String] = [:],
        files: [String: String] = [:]
    ) -> [String] {
        do {
            _ = try read(program, arguments, environment, files: files)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `a setting nobody gives has its default, which may differ by program`() throws {
        #expect(try read(.intake).int(.adminPort) == 9101)
        #expect(try read(.stats).int(.adminPort) == 9104)
        #expect(try read().text(.kafkaBootstrap) == "127.0.0.1:9092")
        #expect(try read().duration(.kafkaSessionTimeout) == .seconds(6))
        #expect(try read().source(.httpPort) == .default)
    }

    @Test func `the command line ranks above the environment, and that above the file`() throws {
        let files = ["t.properties": "# ports\nhttp.port = 1\nadmin.port=2\n\nbatch.linger-ms = 3\n"]
        let settings = try read(
            .intake, ["--settings", "t.properties", "--http-port=7"],
            ["TUESDAY_HTTP_PORT": "5", "TUESDAY_ADMIN_PORT": "6"], files: files)
        #expect(settings.int(.httpPort) == 7)
        #expect(settings.int(.adminPort) == 6)
        #expect(settings.duration(.batchLinger) == .milliseconds(3))
        #expect(settings.source(.batchLinger) == .file("t.properties", line: 5))
        #expect(settings.source(.adminPort).description == "environment TUESDAY_ADMIN_PORT")
    }

    @Test func `the environment may name the file, and the command line another`() throws {
        let files = ["a": "http.port = 1", "b": "http.port = 2"]
        #expect(try read(.intake, [], ["TUESDAY_SETTINGS": "a"], files: files).int(.httpPort) == 1)
        #expect(try read(.intake, ["--settings=b"], ["TUESDAY_SETTINGS": "a"], files: files).int(.httpPort) == 2)
    }

    @Test func `everything that is wrong is listed at once, each with its remedy`() {
        let found = problems(
            .router, ["--bootstrap", "x", "--admin-port", "70000", "stray", "--http-port", "1"],
            ["TUESDAY_KAFKA_BOOTSTRP": "a:1", "TUESDAY_LOG_LEVEL": "loud", "PGHOST": "db", "HOME": "/"],
            files: [:])
        #expect(
            found == [
                "--bootstrap: there is no such option; see tuesday-router --help",
                "stray: is not an option; options are written --name value",
                "--http-port: tuesday-router does not read it; leave it out",
                "environment TUESDAY_KAFKA_BOOTSTRP: there is no such setting; did you mean TUESDAY_KAFKA_BOOTSTRAP?",
                "environment TUESDAY_LOG_LEVEL: \"loud\" is not one of trace, debug, info, notice, warning, error, "
                    + "critical; "
                    + "give trace | debug | info | notice | warning | error | critical, or leave it out",
                "--admin-port: \"70000\" is not a whole number in 0...65535; give 0...65535, or leave it out",
            ])
    }

    @Test func `a wrong line of the file is named with its number`() {
        #expect(
            problems(
                .intake, ["--settings", "f"],
                files: ["f": "http.port = x\nhtpp.port = 1\nnonsense\nhttp.host = a\nhttp.host = b\n"])
                == [
                    "f:3: the line is not `name = value`; write it so, or begin it with #",
                    "f:1 http.port: \"x\" is not a whole number in 0...65535; give 0...65535, or leave it out",
                    "f:2 htpp.port: there is no such setting; did you mean http.port?",
                    "f:5 http.host: it is given twice; give it once",
                ])
        #expect(problems(.intake, ["--settings", "gone"]).first?.contains("gone: the file cannot be read") == true)
    }

    @Test func `a wrong setting stops the start with exit status 78`() {
        #expect(throws: SettingsError.self) { try read(.intake, ["--http-port"]) }
        let error = SettingsError(program: .intake, problems: [])
        #expect(error.exitStatus == 78)
    }

    @Test func `a worker accepts what only another worker reads`() throws {
        let settings = try read(.router, [], ["TUESDAY_HTTP_PORT": "81", "TUESDAY_API_KEYS_FILE": "unreadable"])
        #expect(!settings.table().contains { $0.name == "http.port" })
    }

    @Test func `the tests' own variables and empty ones are left alone`() throws {
        #expect(
            problems(.intake, [], ["TUESDAY_TEST_KAFKA": "x:1", "TUESDAY_HTTP_PORT": "", "TUESDAY_SETTINGS": ""]) == [])
    }

    @Test func `a secret comes from a file and is masked when printed`() throws {
        let settings = try read(
            .intake, [], ["TUESDAY_API_KEYS_FILE": "/run/secrets/keys"], files: ["/run/secrets/keys": "k1\nk2, k3\n\n"])
        #expect(settings.list(.apiKeys) == ["k1", "k2", "k3"])
        let row = try #require(settings.table().first { $0.name == "api.keys" })
        #expect(row.value == "***")
        #expect(row.source == "environment TUESDAY_API_KEYS_FILE")
        #expect(!SettingsHelp.text(of: settings).contains("k1"))
        #expect(
            try read(.intake, ["--settings", "s"], files: ["s": "api.keys-file = k", "k": "z"]).list(.apiKeys) == ["z"])
    }

    @Test func `a secret is refused as an argument, and twice`() {
        #expect(
            problems(.intake, ["--api-keys", "k1"])
                == ["--api-keys: there is no such option; did you mean --api-keys-file?"])
        let both = problems(.intake, [], ["TUESDAY_API_KEYS": "a", "TUESDAY_API_KEYS_FILE": "f"], files: ["f": "b"])
        #expect(both == ["environment TUESDAY_API_KEYS_FILE: TUESDAY_API_KEYS is set too; keep one of the two"])
    }

    @Test func `librdkafka's keys pass through, the environment above the file`() throws {
        let settings = try read(
            .router, ["--kafka-properties", "kafka"],
            [
                "TUESDAY_RDKAFKA_QUEUED_MAX_MESSAGES_KBYTES": "4096", "TUESDAY_RDKAFKA_A__B_C": "1",
                "TUESDAY_RDKAFKA_SASL_PASSWORD_FILE": "pw",
            ],
            files: ["kafka": "security.protocol = SASL_SSL\nqueued.max.messages.kbytes=1\nx = a=b\n", "pw": "hush\n"])
        #expect(
            settings.kafkaProperties == [
                "security.protocol": "SASL_SSL", "queued.max.messages.kbytes": "4096", "a_b.c": "1", "x": "a=b",
                "sasl.password": "hush",
            ])
        #expect(settings.table().first { $0.name == "rdkafka sasl.password" }?.value == "***")
        #expect(settings.table().first { $0.name == "rdkafka x" }?.source == "kafka:3")
    }

    @Test func `an instance without a name is host and process id`() throws {
        #expect(try read().naming(host: "h", pid: 12).text(.instance) == "h:12")
        #expect(try read(.intake, ["--instance", "a"]).naming(host: "h", pid: 12).text(.instance) == "a")
    }

    @Test(arguments: Setting.table.map(\.name))
    func `every row's default is a proper value for each of its programs`(name: String) throws {
        let setting = try #require(SettingsReader.byName[name])
        #expect(!setting.programs.isEmpty)
        #expect(!setting.documentation.isEmpty)
        for program in setting.programs {
            #expect(setting.complaint(about: setting.defaultText(for: program)) == nil)
            #expect(SettingsHelp.text(for: program).contains(setting.environmentName))
        }
    }

    @Test func `a submission of the longest texts has room, however its characters are written`() throws {
        let characters =
            Submission.descriptionLimit + 2 * Submission.subjectLimit + 5 * Submission.contactLimit + Submission.channelLimit
        // "\uD83D\uDE00" is the longest way to write one.
        #expect(12 * characters + 1_000 < (try read().int(.httpMaximumBodyBytes)) / 10 * 9)
        #expect(try read().int(.httpMaximumBodyBytes) < (try read().int(.httpMaximumPendingBytes)) / 10)
        // Who comes when as many wait as may is answered, not kept waiting unseen.
        #expect(try read().int(.submitMaximumPending) < (try read().int(.httpMaximumConnections)))
    }

    @Test func `names follow from the row's name`() {
        #expect(Setting.kafkaSessionTimeout.environmentName == "TUESDAY_KAFKA_SESSION_TIMEOUT_MS")
        #expect(Setting.kafkaSessionTimeout.option == "--kafka-session-timeout-ms")
        #expect(Setting.apiKeys.option == "--api-keys-file")
    }
}
