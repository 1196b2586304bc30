package dev.fovea.web.build;

import dev.fovea.datasets.PipelineStages.Stage;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import java.nio.charset.StandardCharsets;
import org.springframework.web.util.UriUtils;

/**
 * Where the stages of a commit are: {@code /parcels/stages?at=main}, a page of the table after the
 * other.
 *
 * @param at as it was asked for
 * @param from the first stage of the page
 */
record StageAddresses(Name project, String at, int from) {
  /** How many stages a page of the table has. */
  static final int SHOWN = 100;

  /** The page of the table that begins there. */
  public String page(int first) {
    return "/%s/stages?at=%s%s".formatted(project, encoded(at), first > 0 ? "&from=" + first : "");
  }

  /** The row of a stage. */
  public String row(int number) {
    int first = number - number % SHOWN;
    return (first == from ? "" : page(first)) + "#stage-" + number;
  }

  /** What the lineage knows of a stage's runs, whichever commit they are of. */
  public String runs(Stage stage) {
    return lineage(
        "stage %s of %s".formatted(Text.excerpt(stage.name()), Text.excerpt(stage.file())));
  }

  /** What the lineage knows of a file or folder. */
  public String data(String path) {
    return lineage(Text.excerpt(path));
  }

  private String lineage(String text) {
    return "/%s/lineage?text=%s".formatted(project, encoded(text));
  }

  private static String encoded(String text) {
    return UriUtils.encode(text, StandardCharsets.UTF_8);
  }
}
