package dev.fovea.registry.mlflow;

import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.MlflowError;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads the fields of a call: of the query for GET, else of a JSON object of at most 32 MiB. */
@Component
final class FieldsArgument implements HandlerMethodArgumentResolver {
  private static final int MOST_BYTES = 32 << 20;

  // Python writes a bare NaN where its users ask for nothing else.
  private final JsonMapper json =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Fields.class;
  }

  @Override
  public Fields resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders)
      throws IOException {
    var http = request.getNativeRequest(HttpServletRequest.class);
    if (http == null) {
      throw new IllegalStateException("MLflow's calls come over HTTP");
    }
    if (http.getMethod().equals("GET")) {
      return Fields.of(query(http), json);
    }
    var body = http.getInputStream().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      throw MlflowError.invalid(
          "Bad Request. The body has more than %d bytes.".formatted(MOST_BYTES));
    }
    if (body.length == 0) {
      return Fields.of(json.createObjectNode());
    }
    if (!isJson(http.getContentType())) {
      throw MlflowError.invalid("Bad Request. Content-Type must be one of ['application/json'].");
    }
    return Fields.of(object(body));
  }

  private static Map<String, String[]> query(HttpServletRequest http) {
    try {
      return http.getParameterMap();
    } catch (RuntimeException e) {
      // The container's, or the firewall's: the first who asks for a parameter hears of it.
      throw MlflowError.invalid(
          "Bad Request. The query has a broken escape such as %zz, names of control characters, or too many parameters.");
    }
  }

  private ObjectNode object(byte[] body) {
    try {
      if (json.readTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw MlflowError.invalid(
          "Bad Request. The body is not valid JSON: %s."
              .formatted(Text.excerpt(e.getOriginalMessage())));
    }
    throw MlflowError.invalid("Bad Request. The body is not a JSON object.");
  }

  private static boolean isJson(@Nullable String contentType) {
    try {
      return contentType != null
          && MediaType.APPLICATION_JSON.isCompatibleWith(MediaType.parseMediaType(contentType));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }
}
