package dev.fovea.security;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Says in the OpenAPI document what holds for every route: how errors look, which token a caller
 * needs with which roles, and how Fovea's own values are written.
 */
@Configuration(proxyBeanMethods = false)
class ApiDescription {
  private static final String TOKEN = "token";
  private static final String PROBLEM = "Problem";
  private static final String ROLES = "x-fovea-roles";

  static {
    SpringDocUtils.getConfig()
        .replaceWithSchema(
            Name.class,
            text("1 to 63 lower-case letters, digits and inner hyphens")
                .pattern("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"))
        .replaceWithSchema(
            Digest.class, text("SHA-256 of an object").pattern("^sha256:[0-9a-f]{64}$"))
        .replaceWithSchema(GitCommit.class, text("a Git commit").pattern("^[0-9a-f]{40}$"))
        .replaceWithSchema(
            Duration.class, text("a time span of ISO 8601, such as PT1H30M").format("duration"));
  }

  @Bean
  OpenApiCustomizer whatHoldsEverywhere() {
    return ApiDescription::complete;
  }

  private static void complete(OpenAPI api) {
    api.info(
        new Info()
            .title("Fovea")
            .version("1")
            .description(
                "Every answer that is no success is a problem of RFC 9457 with a remedy; MLflow's calls answer with MLflow's errors. Git's"
                    + " and DVC's own protocols are not described here. Which roles may use a route is in its "
                    + ROLES
                    + "; the administrator may use all."));
    var components = Optional.ofNullable(api.getComponents()).orElseGet(Components::new);
    components.addSchemas(PROBLEM, problem());
    components.addSecuritySchemes(
        TOKEN,
        new SecurityScheme()
            .type(SecurityScheme.Type.HTTP)
            .scheme("bearer")
            .description(
                "A token of 'fovea env' or 'fovea token create', as 'Authorization: Bearer TOKEN' or as the password of Basic."));
    MlflowDescription.tidy(api, components);
    api.components(components);
    api.getPaths()
        .forEach((path, item) ->
            item.readOperationsMap()
                .forEach((method, operation) -> complete(method.name(), path, operation)));
  }

  private static void complete(String method, String path, Operation operation) {
    if (MlflowDescription.concerns(path)) {
      MlflowDescription.complete(method, path, operation);
    } else {
      var responses = Optional.ofNullable(operation.getResponses()).orElseGet(ApiResponses::new);
      responses.addApiResponse("default", refusal());
      operation.responses(responses);
      BodiesReadByHand.describe(method, path, operation);
    }
    RouteTable.find(method, path)
        .ifPresent(route -> {
          if (route.open()) {
            operation.security(List.of());
          } else {
            operation.addSecurityItem(new SecurityRequirement().addList(TOKEN));
            operation.addExtension(ROLES, route.roles().stream().map(Enum::name).sorted().toList());
          }
        });
  }

  private static ApiResponse refusal() {
    return new ApiResponse()
        .description("It was refused, or failed: a problem that says why, and what to do.")
        .content(
            new Content()
                .addMediaType(
                    "application/problem+json",
                    new MediaType()
                        .schema(new JsonSchema().$ref("#/components/schemas/" + PROBLEM))));
  }

  private static Schema<?> problem() {
    var problem =
        object("A problem (RFC 9457). Some kinds carry values of their own beside these.");
    problem.addProperty(
        "type",
        text("a URI that names the kind, such as tag:fovea.dev,2026:problem/no-such-thing"));
    problem.addProperty("title", text("the kind in words"));
    problem.addProperty("status", number("the HTTP status"));
    problem.addProperty("detail", text("what happened to which object, with values"));
    problem.addProperty("remedy", text("what to do next"));
    problem.addProperty(
        "kind",
        text(
            "invalid, not_found, conflict, refused, unauthenticated, forbidden, too_large or unavailable"));
    problem.setRequired(List.of("type", "title", "status", "detail", "remedy"));
    return problem;
  }

  private static Schema<?> object(String description) {
    return schema("object", description);
  }

  private static Schema<?> text(String description) {
    return schema("string", description);
  }

  private static Schema<?> number(String description) {
    return schema("integer", description);
  }

  private static Schema<?> schema(String type, String description) {
    return new JsonSchema().typesItem(type).description(description);
  }
}
