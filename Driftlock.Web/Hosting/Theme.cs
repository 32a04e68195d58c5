namespace Driftlock.Web.Hosting;

/// <summary>Light or dark by choice, kept in a cookie so that the first byte of a page already has it; otherwise by the browser's preference.</summary>
internal static class Theme
{
    public const string Cookie = "driftlock-theme";

    public static string? Of(HttpContext? context) =>
        context?.Request.Cookies[Cookie] is "light" or "dark" ? context.Request.Cookies[Cookie] : null;
}
