package dev.fovea.cli.imports.mlflow.server;

import static dev.fovea.cli.imports.mlflow.server.Listing.BASE;
import static dev.fovea.cli.imports.mlflow.server.Listing.PAGE;
import static dev.fovea.cli.imports.mlflow.server.Listing.once;
import static dev.fovea.cli.imports.mlflow.server.Listing.searched;

import dev.fovea.cli.imports.rest.Json;
import dev.fovea.cli.imports.rest.Paged;
import dev.fovea.cli.imports.rest.Query;
import dev.fovea.cli.imports.rest.Rest;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Registered models with their versions and aliases. */
final class RegisteredModelListing {
  private static final String NO_PROMPTS = "tag.`mlflow.prompt.is_prompt` != 'true'";

  private final Rest rest;

  RegisteredModelListing(Rest rest) {
    this.rest = rest;
  }

  /** All, without prompts. */
  List<RegisteredModel> all() throws IOException {
    var found = new ArrayList<RegisteredModel>();
    var seen = new HashSet<String>();
    Paged.each(
        "registered_models",
        token ->
            rest.get(
                BASE + "registered-models/search",
                searched(
                    Query.of("filter", NO_PROMPTS).and("max_results", Integer.toString(PAGE)),
                    token)),
        model -> {
          var name = model.path("name").asString("");
          once(seen, "registered model", name);
          found.add(registered(name));
        });
    return List.copyOf(found);
  }

  private RegisteredModel registered(String name) throws IOException {
    var model =
        rest.get(BASE + "registered-models/get", Query.of("name", name)).path("registered_model");
    var versions = new ArrayList<RegisteredModel.Version>();
    var filter = "name='%s'".formatted(name.replace("'", "''"));
    Paged.each(
        "model_versions",
        token ->
            rest.get(BASE + "model-versions/search", searched(Query.of("filter", filter), token)),
        version -> {
          if (version.path("name").asString("").equals(name)) {
            versions.add(version(version));
          }
        });
    versions.sort((a, b) -> Integer.compare(a.number(), b.number()));
    var aliases = new ArrayList<Pair>();
    for (var alias : model.path("aliases")) {
      aliases.add(new Pair(alias.path("alias").asString(""), alias.path("version").asString("")));
    }
    return new RegisteredModel(
        name,
        Optional.ofNullable(model.path("description").asString(null)),
        Json.pairs(model.path("tags")),
        List.copyOf(versions),
        List.copyOf(aliases));
  }

  private static RegisteredModel.Version version(JsonNode version) throws IOException {
    var number = version.path("version").asString("");
    if (!number.matches("\\d{1,9}")) {
      throw new IOException("'%s' is no version's number".formatted(Text.excerpt(number)));
    }
    var source = version.path("source").asString("");
    return new RegisteredModel.Version(
        Integer.parseInt(number),
        source,
        source,
        Optional.ofNullable(version.path("run_id").asString(null)).filter(id -> !id.isEmpty()),
        Optional.ofNullable(version.path("model_id").asString(null)).filter(id -> !id.isEmpty()),
        version.path("description").asString(""),
        version.path("current_stage").asString(""),
        Json.pairs(version.path("tags")));
  }
}
