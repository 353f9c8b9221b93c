import { randomInt } from "node:crypto";

const adverbs =
  "boldly calmly clearly deeply duly early easily firmly freely gently gladly happily hardly highly kindly lately lightly loudly mainly neatly newly nicely openly partly quietly rarely readily safely simply slowly softly steadily surely tightly truly vastly warmly wholly widely wisely".split(
    " ",
  );
const adjectives =
  "able amber apt awake bold brave bright brisk calm clean clear clever cool cosmic crisp daring deep eager early fair famous fast fine fit fleet fond free fresh full gentle glad golden good grand great handy happy hardy honest huge humble ideal immune just keen kind large legal light lively loyal lucky major mellow merry mighty modest native neat new nice noble open patient polite prime proper proud pure quick quiet rapid rare ready real regular rich right robust safe sharp shining simple smart smooth social solid sound stable steady strong sunny sure sweet swift tender tidy tough true trusty upright useful valid vast warm welcome whole willing wise witty worthy".split(
    " ",
  );
const animals =
  "adder alpaca ant ape asp baboon badger barnacle bat bear beaver bee beetle bengal bird bison boar bobcat bream buck bug bull bunny camel cardinal caribou cat catfish cobra cod colt condor cougar cow crab crane cricket crow dane deer dingo dodo dog dolphin dove dragon duck eagle earwig eel elephant elf elk emu falcon fawn ferret finch firefly fish flea fly foal fox frog gannet gazelle gecko gelding ghost ghoul giraffe gnat gnu goat goose gopher grouse grub gull guppy hamster hare hawk hen heron hippo hornet horse hound husky hyena ibex iguana impala insect jackal jaguar jay kangaroo kid kit kite kitten kiwi koala lamb lark lemur leopard liger lion lionfish lizard llama lobster louse lynx macaw mako mallard mantis marlin marmoset marmot marten martin mastiff mayfly meerkat midge mink minnow mite mole mongoose monkey moose moray mosquito moth mouse mudfish mule mullet muskox mutt narwhal newt octopus opossum oryx osprey ostrich owl ox oyster panda pangolin panther parrot peacock pegasus penguin perch pig pika piranha polecat pony porpoise possum prawn pug puma pup python quagga quail rabbit raccoon ram rat raven ray redfish robin rodent rooster sailfish salmon satyr sawfish sculpin seagull seal shad shark sheep shepherd shiner shrew shrimp skink skunk skylark sloth slug snail snake snapper snipe sparrow spider sponge squid squirrel stag stallion starfish stingray stork stud sturgeon sunbird sunfish swan swift tadpole tahr tapir tarpon teal termite tetra tick tiger titmouse toad tomcat tortoise toucan treefrog troll trout tuna turkey turtle urchin viper vulture wahoo wallaby walleye walrus warthog wasp weasel weevil whale whippet wildcat wolf wombat worm wren yak zebra".split(
    " ",
  );

/** The words of a name such as `gently-bold-otter`: an animal, an adjective before it, adverbs before that. */
export function petName(length: number): string[] {
  return Array.from({ length }, (_, index) => {
    const fromEnd = length - 1 - index;
    return pick(fromEnd === 0 ? animals : fromEnd === 1 ? adjectives : adverbs);
  });
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? "";
}
