namespace FinanceChain.FinanceGateway.Operations;

/// <summary>Bounds what is being checked at one time, and with it memory. Once half is taken, no client gets more than half.</summary>
internal sealed class DoorCapacity(int max)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _byClient = [];
    private int _total;

    public bool TryEnter(string clientId, int count)
    {
        lock (_gate)
        {
            var own = _byClient.GetValueOrDefault(clientId) + count;
            if (_total > 0 && (_total + count > max || (_total > max / 2 && own > max / 2)))
            {
                return false;
            }

            _total += count;
            _byClient[clientId] = own;
            return true;
        }
    }

    public void Leave(string clientId, int count)
    {
        lock (_gate)
        {
            _total -= count;
            var own = _byClient[clientId] - count;
            if (own == 0)
            {
                _byClient.Remove(clientId);
            }
            else
            {
                _byClient[clientId] = own;
            }
        }
    }
}
