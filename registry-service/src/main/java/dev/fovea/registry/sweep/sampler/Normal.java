package dev.fovea.registry.sweep.sampler;

/**
 * The standard normal distribution, exact far into its tails. The error function is W. J. Cody's
 * rational approximation (Rational Chebyshev Approximations for the Error Function, Mathematics of
 * Computation 23, 1969), of a relative error below 1e-15.
 */
final class Normal {
  private static final double SQRT_HALF = 0.7071067811865476;
  private static final double SQRT_PI_INVERSE = 0.5641895835477563;
  private static final double LOG_SQRT_2PI = 0.9189385332046727;
  private static final double LOG_HALF = -0.6931471805599453;
  private static final double CENTRE = 0.46875;
  private static final double TAIL = 4;
  private static final int MOST_STEPS = 100;

  private static final double[] CENTRE_P = {
    1.85777706184603153e-1,
    3.16112374387056560,
    1.13864154151050156e2,
    3.77485237685302021e2,
    3.20937758913846947e3
  };
  private static final double[] CENTRE_Q = {
    1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3
  };
  private static final double[] MIDDLE_P = {
    2.15311535474403846e-8,
    5.64188496988670089e-1,
    8.88314979438837594,
    6.61191906371416295e1,
    2.98635138197400131e2,
    8.81952221241769090e2,
    1.71204761263407058e3,
    2.05107837782607147e3,
    1.23033935479799725e3
  };
  private static final double[] MIDDLE_Q = {
    1,
    1.57449261107098347e1,
    1.17693950891312499e2,
    5.37181101862009858e2,
    1.62138957456669019e3,
    3.29079923573345963e3,
    4.36261909014324716e3,
    3.43936767414372164e3,
    1.23033935480374942e3
  };
  private static final double[] TAIL_P = {
    1.63153871373020978e-2,
    3.05326634961232344e-1,
    3.60344899949804439e-1,
    1.25781726111229246e-1,
    1.60837851487422766e-2,
    6.58749161529837803e-4
  };
  private static final double[] TAIL_Q = {
    1,
    2.56852019228982242,
    1.87295284992346725,
    5.27905102951428412e-1,
    6.05183413124413191e-2,
    2.33520497626869185e-3
  };

  private Normal() {}

  /** The logarithm of the density. */
  static double logDensity(double x) {
    return -x * x / 2 - LOG_SQRT_2PI;
  }

  /** How likely less than {@code x} is. */
  static double cdf(double x) {
    double z = x * SQRT_HALF;
    if (Math.abs(z) <= CENTRE) {
      return 0.5 + 0.5 * erf(z);
    }
    double tail = 0.5 * scaledErfc(Math.abs(z)) * StrictMath.exp(-z * z);
    return x < 0 ? tail : 1 - tail;
  }

  /** The logarithm of {@link #cdf}, also where that is 0 or 1. */
  static double logCdf(double x) {
    double z = x * SQRT_HALF;
    if (z < -CENTRE) {
      return StrictMath.log(0.5 * scaledErfc(-z)) - z * z;
    }
    return z > CENTRE ? StrictMath.log1p(-cdf(-x)) : StrictMath.log(cdf(x));
  }

  /** The logarithm of how likely {@code low} to {@code high} is. */
  static double logMass(double low, double high) {
    if (low > 0) {
      return logMass(-high, -low);
    }
    if (high > 0) {
      return StrictMath.log1p(-cdf(low) - cdf(-high));
    }
    double less = logCdf(low);
    double more = logCdf(high);
    return more + StrictMath.log1p(-StrictMath.exp(less - more));
  }

  /**
   * A draw from what lies between {@code low} and {@code high}.
   *
   * @param chance from 0 to below 1
   */
  static double between(double low, double high, double chance) {
    double logMass = logMass(low, high);
    double below = logSum(logCdf(low), StrictMath.log(chance) + logMass);
    double above = logSum(logCdf(-high), StrictMath.log1p(-chance) + logMass);
    double drawn = below <= above ? quantile(below) : -quantile(above);
    return Math.clamp(drawn, low, high);
  }

  /**
   * The {@code x} whose {@link #logCdf} this is, by Newton's method. It starts where the bound
   * {@code cdf(x) < exp(-x*x/2)/2} holds with equality, left of the root; {@link #logCdf} is
   * concave, so each step stays left of it and comes nearer.
   *
   * @param logChance at most log(1/2)
   */
  static double quantile(double logChance) {
    if (logChance == Double.NEGATIVE_INFINITY) {
      return Double.NEGATIVE_INFINITY;
    }
    double x = -StrictMath.sqrt(2 * Math.max(0, LOG_HALF - logChance));
    for (int i = 0; i < MOST_STEPS; i++) {
      double logCdf = logCdf(x);
      double step = (logChance - logCdf) * StrictMath.exp(logCdf - logDensity(x));
      double next = x + step;
      if (!(next > x)) {
        return x;
      }
      x = next;
    }
    return x;
  }

  private static double logSum(double one, double other) {
    double larger = Math.max(one, other);
    return larger == Double.NEGATIVE_INFINITY
        ? larger
        : larger + StrictMath.log1p(StrictMath.exp(Math.min(one, other) - larger));
  }

  /** The error function near 0. */
  private static double erf(double z) {
    return z * ratio(CENTRE_P, CENTRE_Q, z * z);
  }

  /** The complement of the error function, by {@code exp(z*z)}; for {@code z} above the centre. */
  private static double scaledErfc(double z) {
    if (z <= TAIL) {
      return ratio(MIDDLE_P, MIDDLE_Q, z);
    }
    double inverse = 1 / (z * z);
    return (SQRT_PI_INVERSE - inverse * ratio(TAIL_P, TAIL_Q, inverse)) / z;
  }

  /** Two polynomials' ratio, coefficients of the highest power first. */
  private static double ratio(double[] p, double[] q, double x) {
    return polynomial(p, x) / polynomial(q, x);
  }

  private static double polynomial(double[] coefficients, double x) {
    double sum = 0;
    for (double coefficient : coefficients) {
      sum = sum * x + coefficient;
    }
    return sum;
  }
}
