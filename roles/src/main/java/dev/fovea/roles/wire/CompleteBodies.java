package dev.fovea.roles.wire;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.lang.reflect.Type;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/**
 * Refuses bodies that leave out what their records must have, or give null for it: JSON knows no
 * such rule, and code behind it takes JSpecify's word that what is not {@code @Nullable} is there.
 */
@RestControllerAdvice
final class CompleteBodies extends RequestBodyAdviceAdapter {
  @Override
  public boolean supports(
      MethodParameter parameter, Type target, Class<? extends HttpMessageConverter<?>> converter) {
    return true;
  }

  @Override
  public Object afterBodyRead(
      Object body,
      HttpInputMessage message,
      MethodParameter parameter,
      Type target,
      Class<? extends HttpMessageConverter<?>> converter) {
    Gaps.first(body)
        .ifPresent(gap -> {
          throw new InvalidRequest(
              "body: '%s' is missing or null (expected: a value)".formatted(Text.excerpt(gap)),
              "send it; the API's description at /v3/api-docs names every field");
        });
    return body;
  }
}
