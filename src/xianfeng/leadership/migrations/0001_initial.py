import django.core.validators
import django.db.models.deletion
import xianfeng.core.uids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('number', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='term number')),
                ('began_on', models.DateField(verbose_name='elected on')),
                ('years', models.PositiveSmallIntegerField(choices=[(3, '3 years'), (5, '5 years')], default=3, verbose_name='length')),
                ('ends_on', models.DateField(editable=False, verbose_name='ends on')),
                ('method', models.CharField(choices=[('competitive', 'election with more candidates than seats'), ('equal', 'election with as many candidates as seats'), ('appointed', 'appointed by the superior')], default='competitive', max_length=12, verbose_name='method')),
                ('due', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='entitled to vote')),
                ('present', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='present at the election')),
                ('ballots', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='ballots returned')),
                ('valid', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='valid ballots')),
                ('document', models.CharField(blank=True, max_length=60, verbose_name="number of the superior's approval")),
                ('postponed_to', models.DateField(blank=True, null=True, verbose_name='postponed to')),
                ('postponed_on', models.DateField(blank=True, null=True, verbose_name='postponement approved on')),
                ('postponed_document', models.CharField(blank=True, max_length=60, verbose_name='document of the postponement')),
                ('closed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='followed on')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='organizations.organization', verbose_name='organization')),
            ],
            options={
                'verbose_name': 'term of office',
                'verbose_name_plural': 'terms of office',
                'ordering': ['organization', '-began_on'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'number'), name='term_number_once'), models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('organization',), name='term_one_at_a_time'), models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gte', models.F('began_on')), _connector='OR'), name='term_closed_after_it_began'), models.CheckConstraint(condition=models.Q(('postponed_to', None), ('postponed_to__gt', models.F('ends_on')), _connector='OR'), name='term_postponed_to_later'), models.CheckConstraint(condition=models.Q(('present', None), ('due', None), ('present__lte', models.F('due')), _connector='OR'), name='term_present_of_due'), models.CheckConstraint(condition=models.Q(('ballots', None), ('present', None), ('ballots__lte', models.F('present')), _connector='OR'), name='term_ballots_of_present'), models.CheckConstraint(condition=models.Q(('valid', None), ('ballots', None), ('valid__lte', models.F('ballots')), _connector='OR'), name='term_valid_of_ballots')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('kind', models.CharField(choices=[('secretary', 'secretary'), ('deputy', 'deputy secretary'), ('organization', 'member for organization'), ('publicity', 'member for publicity'), ('discipline', 'member for discipline'), ('youth', 'member for youth'), ('women', 'member for women'), ('united_front', 'member for united front work'), ('member', 'committee member'), ('leader', 'leader of the party group'), ('deputy_leader', 'deputy leader of the party group')], max_length=14, verbose_name='post')),
                ('how', models.CharField(choices=[('elected', 'elected'), ('by_election', 'by-election'), ('appointed', 'appointed by the superior')], default='elected', max_length=12, verbose_name='came by')),
                ('votes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='votes')),
                ('since', models.DateField(verbose_name='in the post since')),
                ('document', models.CharField(blank=True, max_length=60, verbose_name='document number')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('ending', models.CharField(blank=True, choices=[('term', 'end of the term'), ('resigned', 'resigned'), ('relieved', 'relieved by the superior'), ('transferred', 'left the organization'), ('died', 'died'), ('closed', 'the organization ended')], max_length=12, verbose_name='ended by')),
                ('ending_document', models.CharField(blank=True, max_length=60, verbose_name='document of the end')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='leadership.term', verbose_name='term of office')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
                'ordering': ['term', 'pk'],
                'indexes': [models.Index(fields=['person', 'since'], name='post_of_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='post_ends_after_it_begins'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('term', 'person', 'kind'), name='post_held_once'), models.UniqueConstraint(condition=models.Q(('kind__in', ['secretary', 'leader']), ('until', None)), fields=('term', 'kind'), name='post_one_head'), models.CheckConstraint(condition=models.Q(models.Q(('ending', ''), ('until', None)), models.Q(('until__isnull', False), models.Q(('ending', ''), _negated=True)), _connector='OR'), name='post_ends_for_a_reason')],
            },
        ),
    ]
