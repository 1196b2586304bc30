package dev.fovea.dvc;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the data of an import comes from: {@code deps} of its {@code .dvc} file (dvc 3.67, {@code
 * dependency/repo.py}).
 *
 * @param url of the other Git repository, as it was given
 * @param path there, with {@code /}
 * @param revision what was asked for; absent for the newest commit
 * @param commit what that meant then: 40 hex digits
 * @param remote of the other repository's settings; absent for its default
 */
public record Origin(
    String url, String path, Optional<String> revision, String commit, Optional<String> remote) {

  /** What {@code deps} say; absent where they are not those of an import from a repository. */
  static Optional<Origin> of(List<?> dependencies) {
    return dependencies.size() == 1
            && dependencies.getFirst() instanceof Map<?, ?> dependency
            && dependency.get("path") instanceof String path
            && dependency.get("repo") instanceof Map<?, ?> repo
            && repo.get("url") instanceof String url
            && repo.get("rev_lock") instanceof String commit
        ? Optional.of(new Origin(url, path, text(repo, "rev"), commit, text(repo, "remote")))
        : Optional.empty();
  }

  private static Optional<String> text(Map<?, ?> repo, String key) {
    return Optional.ofNullable(repo.get(key)).map(String::valueOf);
  }

  /** {@code deps}, in DVC's order. */
  List<Map<String, Object>> dependencies() {
    var repo = new LinkedHashMap<String, Object>();
    repo.put("url", url);
    revision.ifPresent(each -> repo.put("rev", each));
    repo.put("rev_lock", commit);
    remote.ifPresent(each -> repo.put("remote", each));
    var dependency = new LinkedHashMap<String, Object>();
    dependency.put("path", path);
    dependency.put("repo", repo);
    return List.of(dependency);
  }

  /**
   * DVC's checksum of an import: the MD5 of what Python's {@code json.dumps(…, sort_keys=True)}
   * makes of {@code deps} and {@code outs}, without what only annotates (dvc 3.67, {@code
   * stage/utils.py}).
   *
   * @param name of the object that was imported; empty where none was
   * @param out the {@code path} of {@code outs}
   */
  String checksum(String name, String out) {
    var json = new StringBuilder("{\"deps\": [{\"path\": ");
    PythonText.quote(path, json);
    json.append(", \"repo\": {");
    remote.ifPresent(each -> member("remote", each, json).append(", "));
    revision.ifPresent(each -> member("rev", each, json).append(", "));
    member("rev_lock", commit, json).append(", ");
    member("url", url, json).append("}}], \"outs\": [{");
    member("hash", "md5", json).append(", ");
    if (!name.isEmpty()) {
      member("md5", name, json).append(", ");
    }
    member("path", out, json).append("}]}");
    return Md5.hex(json.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static StringBuilder member(String key, String value, StringBuilder json) {
    PythonText.quote(key, json);
    json.append(": ");
    PythonText.quote(value, json);
    return json;
  }
}
