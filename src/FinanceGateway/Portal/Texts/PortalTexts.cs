namespace FinanceChain.FinanceGateway.Portal.Texts;

/// <summary>Names the resource of the portal's texts: PortalTexts.resx is Chinese and complete, PortalTexts.en.resx is English.</summary>
internal sealed class PortalTexts;
