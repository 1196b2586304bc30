package dev.fovea.dvc.exchange;

import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.kernel.Text;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where another Git repository is: a folder of this machine, or an HTTP server.
 *
 * @param folder absent where it is a server
 * @param url of the server, without a user; empty where it is a folder
 * @param user and password as they stood in the URL; empty where there were none
 */
record GitAddress(Optional<Path> folder, String url, String user) {
  private static final int LONGEST = 2048;
  private static final Pattern URL = Pattern.compile("(?i)([a-z][a-z0-9+.-]*)://([^/?#]*@)?(.*)");
  private static final Set<String> SERVERS = Set.of("http", "https");

  /**
   * Reads what somebody gave.
   *
   * @param here where paths begin
   * @throws WorkProblem when Fovea does not go there
   */
  static GitAddress parse(String given, Path here) {
    if (given.isBlank()
        || given.length() > LONGEST
        || given.chars().anyMatch(Character::isISOControl)) {
      throw new WorkProblem(
          "the address of a Git repository has %d characters".formatted(given.length()),
          "give a folder, or a URL of at most %d characters on one line".formatted(LONGEST));
    }
    var url = URL.matcher(given);
    if (!url.matches()) {
      return new GitAddress(Optional.of(folder(given, here)), "", "");
    }
    var scheme = url.group(1).toLowerCase(java.util.Locale.ROOT);
    if (scheme.equals("file")) {
      return new GitAddress(Optional.of(ofFileUrl(given)), "", "");
    }
    if (!SERVERS.contains(scheme)) {
      throw new WorkProblem(
          "%s is a %s address".formatted(shown(given), Text.excerpt(scheme)),
          "use its http or https address; or clone it, and name the folder of the clone");
    }
    var user = url.group(2) == null ? "" : url.group(2).substring(0, url.group(2).length() - 1);
    return new GitAddress(Optional.empty(), scheme + "://" + url.group(3), user);
  }

  private static Path folder(String given, Path here) {
    try {
      var folder = here.resolve(given).normalize();
      if (Files.isDirectory(folder)) {
        return folder;
      }
    } catch (InvalidPathException _) {
      // It is none.
    }
    throw new WorkProblem(
        "there is no folder %s".formatted(Text.excerpt(shown(given))),
        "name the folder of a Git repository, or an http or https URL");
  }

  private static Path ofFileUrl(String given) {
    try {
      return folder(Path.of(URI.create(given)).toString(), Path.of("/"));
    } catch (IllegalArgumentException e) {
      throw new WorkProblem(
          "%s is no file URL of this machine".formatted(Text.excerpt(given)),
          "write file:///folder");
    }
  }

  /** A URL as it may be shown: without a user and a password. */
  static String shown(String given) {
    var url = URL.matcher(given);
    return url.matches() ? url.group(1) + "://" + url.group(3) : given;
  }

  @Override
  public String toString() {
    return folder.map(Path::toString).orElse(url);
  }
}
