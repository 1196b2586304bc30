package dev.fovea.web.build;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.web.util.UriUtils;

/**
 * Where the histories of a dataset's images are: {@code /parcels/datasets/digits/images/} and the
 * path. A path with what an address may not hold, since it could mean something else to a proxy, is
 * told in the query: {@code …/images?path=50%25.png}.
 */
record ImageAddresses(Name project, Name dataset) {
  private static final Pattern NOT_IN_A_PATH = Pattern.compile("[%;\\\\\\p{Cntrl}\u2028\u2029]");

  /** The history of an image. */
  public String of(String path) {
    return with(path, "");
  }

  /** The part of it before a version. */
  public String before(String path, int number) {
    return with(path, "before=" + number);
  }

  /** What one version did to the image, drawn: a part of the page. */
  public String change(String path, Digest version) {
    return with(path, "change=" + version);
  }

  /** What one version says of the image, drawn: a part of the page. */
  public String at(String path, Digest version) {
    return with(path, "at=" + version);
  }

  private String with(String path, String query) {
    var base = "/%s/datasets/%s/images".formatted(project, dataset);
    if (NOT_IN_A_PATH.matcher(path).find()) {
      var told = "path=" + UriUtils.encode(path, StandardCharsets.UTF_8);
      return base + "?" + told + (query.isEmpty() ? "" : "&" + query);
    }
    var encoded =
        Arrays.stream(path.split("/", -1))
            .map(segment -> UriUtils.encode(segment, StandardCharsets.UTF_8))
            .collect(Collectors.joining("/"));
    return "%s/%s%s".formatted(base, encoded, query.isEmpty() ? "" : "?" + query);
  }
}
