/// What a unit of an agent may not do: everything but files of its own, sockets, and time.
enum Hardening {
  static func write(to unit: inout UnitText) {
    unit.set("ProtectSystem", "strict", why: "The whole file system is read-only but for the state directory.")
    unit.set("ProtectHome", "yes", why: "No home has anything for it.")
    unit.set("PrivateTmp", "yes", why: "A /tmp of its own.")
    unit.set("PrivateDevices", "yes", why: "No device but /dev/null and its like.")
    unit.set("NoNewPrivileges", "yes", why: "Nothing it might start gains anything.")
    unit.set("CapabilityBoundingSet", "", why: "No capability: its port is above 1023.")
    unit.set("AmbientCapabilities", "")
    unit.set("ProtectKernelTunables", "yes", why: "It changes nothing of the kernel, the clock or the host.")
    unit.set("ProtectKernelModules", "yes")
    unit.set("ProtectKernelLogs", "yes")
    unit.set("ProtectControlGroups", "yes")
    unit.set("ProtectClock", "yes")
    unit.set("ProtectHostname", "yes")
    unit.set(
      "ProtectProc", "invisible", why: "It sees no process but its own; /proc/stat stays, for the time of its start.")
    unit.set(
      "RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX",
      why: "The network, and the socket of the journal and the resolver.")
    unit.set("RestrictNamespaces", "yes", why: "It makes no containers.")
    unit.set("RestrictRealtime", "yes", why: "It takes its turn like everybody.")
    unit.set("RestrictSUIDSGID", "yes", why: "It makes no file that runs as somebody else.")
    unit.set("LockPersonality", "yes", why: "It is of one architecture.")
    unit.set("MemoryDenyWriteExecute", "yes", why: "It makes no code while it runs.")
    unit.set("RemoveIPC", "yes", why: "Nothing of it stays behind.")
    unit.set("KeyringMode", "private", why: "It has no use for keys of the kernel.")
    unit.set("SystemCallArchitectures", "native")
    unit.set("SystemCallFilter", "@system-service", why: "What a service needs …")
    unit.set("SystemCallFilter", "~@privileged @resources", why: "… without what only root may do.")
    unit.set("SystemCallFilter", "setpriority", why: "Threads of Swift's runtime set their own priority.")
    unit.set("SystemCallErrorNumber", "EPERM", why: "A call that is missing here is an error in the log, not the end.")
  }
}

/// Writes a unit, line by line.
struct UnitText {
  private(set) var text = ""
  private static let columns = 100

  mutating func section(_ name: String) { text += "\n[\(name)]\n" }

  mutating func comment(_ words: String) {
    var line = "#"
    for word in words.split(separator: " ") {
      if line.count + 1 + word.count > Self.columns, line != "#" {
        text += line + "\n"
        line = "#"
      }
      line += " " + word
    }
    text += line + "\n"
  }

  mutating func set(_ key: String, _ value: String, why: String? = nil) {
    if let why { comment(why) }
    text += "\(key)=\(value)\n"
  }
}
