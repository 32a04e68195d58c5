using System.Buffers;
using Driftlock.Api.EvidenceChain;
using Microsoft.Extensions.Options;

namespace Driftlock.Tests.Api;

public sealed class RecomputationsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_run_as_may_and_one_more_is_told_so()
    {
        using var recomputations = Of(TimeSpan.Zero);
        using IMemoryOwner<byte> owner = new HeldBundle();
        var held = (HeldBundle)owner;
        var first = Task.Run(() => recomputations.RunAsync(held.Memory, Cancellation), Cancellation);
        await held.IsRead.Task.WaitAsync(Cancellation);
        Assert.Null(await recomputations.RunAsync("{}"u8.ToArray(), Cancellation));
        held.Go.Set();
        Assert.False((await first)!.Verified);
        Assert.NotNull(await recomputations.RunAsync("{}"u8.ToArray(), Cancellation));
    }

    [Fact]
    public async Task One_more_waits_for_its_turn()
    {
        using var recomputations = Of(TimeSpan.FromMinutes(1));
        using IMemoryOwner<byte> owner = new HeldBundle();
        var held = (HeldBundle)owner;
        var first = Task.Run(() => recomputations.RunAsync(held.Memory, Cancellation), Cancellation);
        await held.IsRead.Task.WaitAsync(Cancellation);
        var second = recomputations.RunAsync("{}"u8.ToArray(), Cancellation);
        Assert.False(second.IsCompleted);
        held.Go.Set();
        Assert.NotNull(await first);
        Assert.NotNull(await second);
    }

    private static Recomputations Of(TimeSpan patience) => new(Options.Create(new VerificationOptions { AtOnce = 1, Patience = patience }));

    /// <summary>A bundle whose reading takes as long as a test wants.</summary>
    private sealed class HeldBundle : MemoryManager<byte>
    {
        private readonly byte[] _bytes = "{}"u8.ToArray();

        public TaskCompletionSource IsRead { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Go { get; } = new();

        public override Span<byte> GetSpan()
        {
            IsRead.TrySetResult();
            Go.Wait(TimeSpan.FromMinutes(1));
            return _bytes;
        }

        public override Memory<byte> Memory => CreateMemory(_bytes.Length);

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing) => Go.Dispose();
    }
}
