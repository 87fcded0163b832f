import Glibc
import Testing

@testable import TaskQueue

@Suite("the user's folders")
struct UserFolderTests {
    @Test(
        "are where the environment says, if that is absolute",
        arguments: [
            (["HOME": "/h"], "/h/.config", "/h/.local/state"),
            (["HOME": "/h", "XDG_CONFIG_HOME": "/c"], "/c", "/h/.local/state"),
            (["HOME": "/h", "XDG_STATE_HOME": "/s"], "/h/.config", "/s"),
            (
                ["HOME": "/h", "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "s"], "/h/.config",
                "/h/.local/state"
            ),
        ] as [([String: String], String, String)]
    )
    func environment(_ environment: [String: String], config: String, state: String) {
        #expect(UserFolder.config.path { environment[$0] } == config)
        #expect(UserFolder.state.path { environment[$0] } == state)
    }

    @Test("else in the home that the system's list of users names, if there is one")
    func noHome() throws {
        let home = String(cString: try #require(getpwuid(geteuid())).pointee.pw_dir)
        #expect(UserFolder.state.path { _ in nil } == "\(home)/.local/state")
        #expect(UserFolder.state.path { ["HOME": ""][$0] } == "\(home)/.local/state")
        #expect(UserFolder.state.path({ _ in nil }, of: 987_654) == nil)
    }
}
