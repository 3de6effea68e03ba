import Foundation
import Runtime
import Testing

private let needsPython = ConditionTrait.enabled(
    if: Tool.python != nil, "no Python with PyYAML; deploy/test installs it")

@Suite struct ComposeTests {
    let compose: ComposeFile

    init() throws {
        guard let python = Tool.python else {
            compose = ComposeFile(services: [], fields: [:])
            return
        }
        compose = try ComposeFile.read(python: python)
    }

    @Test(
        .enabled(
            if: Tool.checkJSONSchema != nil, "TUESDAY_TEST_CHECK_JSONSCHEMA names no program; deploy/test sets it"))
    func `the file keeps the compose specification`() throws {
        let program = try #require(Tool.checkJSONSchema)
        let child = try Child.run(program, ["--builtin-schema", "vendor.compose-spec", "compose.yaml"])
        #expect(child.status == 0, "\(child.output)")
    }

    @Test(needsPython) func `every setting that is given exists and its program accepts the value`() throws {
        for service in compose.services where service.isOurs {
            let program = try #require(Program(rawValue: service.command[0]))
            let environment = service.environment.filter { $0.key.hasPrefix("TUESDAY_") }
            #expect(throws: Never.self, "\(service.name)") {
                _ = try Settings.read(program: program, arguments: [], environment: environment) { _ in "" }
            }
            for name in environment.keys {
                let setting = name.hasSuffix("_FILE") ? String(name.dropLast(5)) : name
                let row = try #require(
                    Setting.table.first { $0.environmentName == setting }, "\(service.name): \(name)")
                #expect(row.programs.contains(program), "\(service.name): \(program.name) does not read \(name)")
            }
        }
    }

    @Test(needsPython) func `every verb that is run exists`() throws {
        #expect(!compose.commands.isEmpty)
        for command in Set(compose.commands) { try CommandLines.check(command) }
    }

    @Test(needsPython) func `every file that is mounted exists`() throws {
        for service in compose.services {
            for volume in service.volumes {
                let source = String(volume.split(separator: ":")[0])
                if source.hasPrefix("./") {
                    #expect(Repository.exists(source), "\(service.name) mounts \(source)")
                    #expect(volume.hasSuffix(":ro"), "\(service.name) may change \(source)")
                } else {
                    #expect(compose.names("volumes").contains(source), "\(service.name) mounts \(source)")
                }
            }
        }
    }

    @Test(needsPython) func `every secret that is mounted is made by make-secrets, once`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "tuesday-secrets-\(getpid())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }  // what stays in /tmp does no harm
        let first = try Child.run("deploy/postgres/make-secrets", [directory])
        #expect(first.status == 0, "\(first.output)")
        let made = Set(try FileManager.default.contentsOfDirectory(atPath: directory))
        let secrets = compose.names("secrets")
        #expect(!secrets.isEmpty && secrets == made)
        for (name, file) in compose.secretFiles { #expect(file == "./deploy/postgres/secrets/\(name)") }
        for service in compose.services {
            #expect(secrets.isSuperset(of: service.secrets), "\(service.name)")
            for path in service.environment.values where path.hasPrefix("/run/secrets/") {
                #expect(service.secrets.contains(String(path.dropFirst(13))), "\(service.name) is not given \(path)")
            }
        }
        let again = try Child.run("deploy/postgres/make-secrets", [directory])
        #expect(again.status == 0 && again.output.isEmpty, "\(again.output)")
    }

    @Test(needsPython) func `every container is confined`() throws {
        for service in compose.services {
            let name = Comment(rawValue: service.name)
            #expect(service.fields["read_only"] as? Bool == true, name)
            #expect(service.fields["cap_drop"] as? [String] == ["ALL"], name)
            #expect(service.fields["security_opt"] as? [String] == ["no-new-privileges:true"], name)
            let user = service.fields["user"] as? String ?? "root"
            #expect(!user.hasPrefix("0") && !user.hasPrefix("root"), name)
            let limits = ((service.fields["deploy"] as? [String: Any])?["resources"] as? [String: Any])?["limits"]
            #expect(Set((limits as? [String: Any] ?? [:]).keys) == ["cpus", "memory", "pids"], name)
            // A tag that names a version, so that two machines run the same.
            let tag = service.image.split(separator: ":").dropFirst().first ?? ""
            #expect(tag.contains { $0.isNumber } && tag.contains("."), name)
        }
    }

    @Test(needsPython) func `a worker starts on a schema that is migrated, and stops in its own time`() throws {
        for service in compose.services {
            for (other, condition) in service.dependencies {
                let isOneShot = ["migrate", "topics"].contains(other)
                #expect(condition == (isOneShot ? "service_completed_successfully" : "service_healthy"))
            }
            guard let program = Program(rawValue: service.command.first ?? ""), Program.workers.contains(program)
            else { continue }
            #expect(service.dependencies["migrate"] != nil && service.dependencies["postgres"] != nil)
            #expect(service.healthCommand == [program.name, "healthcheck"])
            let patience = try #require(Int((service.fields["stop_grace_period"] as? String ?? "").dropLast()))
            let stop = Setting.stopTimeout
            let timeout = service.environment[stop.environmentName] ?? stop.defaultText(for: program)
            #expect(patience > Int(timeout) ?? Int.max, "\(service.name) is killed before stop.timeout-seconds")
        }
        #expect(Set(compose.services.compactMap { Program(rawValue: $0.command.first ?? "") }) == Program.all)
    }
}
