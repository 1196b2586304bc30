package dev.fovea.cli.imports.transfer;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds which run's or logged model's files a version is made of, from any of the ways in which
 * MLflow writes a place.
 */
final class Places {
  private static final Pattern RUN = Pattern.compile("runs:/(?<id>[0-9a-f]{32})(?:/(?<path>.+))?");
  private static final Pattern MODEL =
      Pattern.compile("models:/(?<id>m-[0-9a-f]{32})(?:/(?<path>.+))?");
  private static final Pattern FOLDER =
      Pattern.compile(".*/(?<id>(?:m-)?[0-9a-f]{32})/artifacts(?:/(?<path>.+?))?/?");

  private final Ids ids;

  Places(Ids ids) {
    this.ids = ids;
  }

  /** The same place as the server names it; empty where it is no run's or logged model's. */
  Optional<String> here(String source) {
    for (var form : List.of(RUN, MODEL, FOLDER)) {
      var matcher = form.matcher(source);
      if (matcher.matches()) {
        var path = matcher.group("path") == null ? "" : "/" + matcher.group("path");
        var id = matcher.group("id");
        return id.startsWith("m-")
            ? ids.model(id).map(model -> "models:/" + model + path)
            : ids.run(id).map(run -> "runs:/" + run + path);
      }
    }
    return Optional.empty();
  }
}
