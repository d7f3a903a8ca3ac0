/// What this program is, for `--version`, `/api/v1/status/buildinfo` and the User-Agent header.
public enum BuildInformation {
  public static let version = "0.1.0"
  public static let swiftVersion = "6.3"
}
